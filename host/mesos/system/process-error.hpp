#ifndef DVDI_SYSTEM_PROCESS_ERROR_HPP
#define DVDI_SYSTEM_PROCESS_ERROR_HPP

#include <chrono>
#include <optional>
#include <string>

#include "system/system-error.hpp"

namespace dvdi {

/** Why a run failed; every code has its section in docs/errors.md. */
enum class ProcessFault {
  /** The executable is missing or cannot be executed: nothing ran. */
  start,
  /** It took longer than it may and was ended. */
  timeout,
  /** The caller gave up and it was ended. */
  cancelled,
  /** It wrote more than it may and was ended. */
  output,
  /** A signal that is not ours ended it. */
  signal,
  /** It exited with another code than 0. */
  exit,
};

/** What is known of a run that failed. */
struct ProcessFailure {
  ProcessFault fault;
  std::string executable;
  std::chrono::milliseconds timeout{0};
  std::size_t outputMaxBytes = 0;
  /** Nothing when it did not start or a signal ended it. */
  std::optional<int> exitCode;
  /** The signal that ended it. */
  std::optional<int> signal;
  /** errno of why it did not start; else 0. */
  int number = 0;
  /** Untrusted: never print it raw. */
  std::string stderrHead;
  std::chrono::milliseconds duration{0};
};

/**
 * A run that failed, in a form that a program can read. The message names the executable and never the arguments or the
 * output: both may hold a secret.
 */
class ProcessError : public Error {
 public:
  explicit ProcessError(ProcessFailure failure);

  [[nodiscard]] const ProcessFailure& failure() const noexcept { return failure_; }

 private:
  ProcessFailure failure_;
};

/** The name of a signal, for example `SIGKILL`. */
[[nodiscard]] std::string signalName(int signal);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_PROCESS_ERROR_HPP
