#ifndef DVDI_SYSTEM_CHILD_PROCESS_HPP
#define DVDI_SYSTEM_CHILD_PROCESS_HPP

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "system/process.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {

/** How a child ended. */
struct ChildExit {
  std::optional<int> exitCode;
  std::optional<int> signal;
};

/** A child with pipes for stdout and stderr, in a process group of its own. Whoever makes one reaps it. */
class ChildProcess {
 public:
  /** @throws ProcessError `process-start` */
  ChildProcess(const std::string& executable, const std::vector<std::string>& arguments, const RunOptions& options);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /** One that was not reaped is killed with its group, and reaped. */
  ~ChildProcess();

  /** Readable when the child has ended. */
  [[nodiscard]] int endFd() const noexcept { return pidFd_.get(); }
  [[nodiscard]] UniqueFd& output() noexcept { return output_; }
  [[nodiscard]] UniqueFd& errors() noexcept { return errors_; }

  /** Waits for the end of the child. */
  ChildExit reap();

  /** Sends a signal to the whole group. @returns false when it has no member */
  [[nodiscard]] bool signalGroup(int signal) const;

 private:
  pid_t pid_ = -1;
  bool isReaped_ = false;
  UniqueFd pidFd_;
  UniqueFd output_;
  UniqueFd errors_;
};

}  // namespace dvdi

#endif  // DVDI_SYSTEM_CHILD_PROCESS_HPP
