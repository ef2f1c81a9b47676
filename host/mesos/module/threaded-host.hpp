#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "module/blocking-isolator.hpp"
#include "module/lines.hpp"
#include "module/module-host.hpp"
#include "module/operations.hpp"

namespace dvdi {

struct ThreadedHostOptions {
  std::size_t threadsMax = Operations::threadsMaxDefault;
  /**
   * How long a recover keeps the agent from starting. Its master takes an agent for lost that is silent for 75 s, and
   * all of its tasks with it.
   */
  std::chrono::milliseconds recoverPatience{10'000};
};

/** Makes operations that never block their caller of an isolator's blocking ones, and texts of their errors. */
class ThreadedHost final : public ModuleHost {
 public:
  ThreadedHost(std::shared_ptr<Lines> lines, std::unique_ptr<BlockingIsolator> isolator,
               const ThreadedHostOptions& options = {});
  ~ThreadedHost() override;

  void prepare(const std::string& container, const std::string& config, Prepared done) override;
  void cleanup(const std::string& container, Done done) override;
  void recover(const std::vector<std::string>& running, const std::vector<std::string>& orphans, Done done) override;

 private:
  struct Operation {
    std::function<void(const std::stop_token& stop)> act;
    Done done;
    /** Inside of the `catch` of what `act` throws; by default the error's own text. */
    std::function<std::string()> textOfFailure = nullptr;
  };

  void begin(const std::string& lane, Operation operation);

  std::shared_ptr<Lines> lines_;
  std::unique_ptr<BlockingIsolator> isolator_;
  ThreadedHostOptions options_;
  /** Ended first, by the destructor: what it runs uses the others. */
  std::optional<Operations> operations_;
};

}  // namespace dvdi
