#include "module/threaded-host.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "isolator/isolator-error.hpp"
#include "module/failure-text.hpp"
#include "module/launch.hpp"
#include "system/system-error.hpp"

namespace dvdi {
namespace {

/** Lanes of recover: no container has such a name. */
constexpr const char* recoverLane = "/recover";
constexpr const char* patienceLane = "/recover/patience";

/** What is being handled right now, as the agent shows it. Only inside of a `catch`. */
std::string caughtText(const Redactor& redactor) {
  try {
    throw;
  } catch (const RefusedError& refused) {
    return refusalText("the container", refused.findings(), redactor);
  } catch (...) {
    return failureText(caughtError(), redactor);
  }
}

/** The same, without the secrets of a document; errors come without them, and this is for defects of ours. */
std::string caughtText(BlockingIsolator& isolator, const std::string& document) {
  const std::exception_ptr failure = std::current_exception();
  Redactor redactor;
  try {
    redactor = isolator.secretsOf(document);
  } catch (...) {
    // A core that cannot read it has made nothing of it that could be said.
  }
  try {
    std::rethrow_exception(failure);
  } catch (...) {
    return caughtText(redactor);
  }
}

Error stopping() {
  return Error("module-stopping", "the agent is ending",
               {.expected = std::nullopt, .got = std::nullopt, .advice = "try again when it has been started"});
}

/** Answers a recover once: when all is done, or when the agent has waited long enough. */
class RecoverAnswer {
 public:
  explicit RecoverAnswer(ModuleHost::Done done) : done_(std::move(done)) {}

  void noteDecided() {
    const std::scoped_lock lock(mutex_);
    isDecided_ = true;
    changed_.notify_all();
  }

  void finish(const std::string& error) {
    const std::scoped_lock lock(mutex_);
    isFinished_ = true;
    changed_.notify_all();
    answer(error);
  }

  /** @returns whether the agent goes on while the recover does: never before it is decided who is gone */
  bool answerAfter(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return isFinished_; });
    changed_.wait(lock, [this] { return isFinished_ || isDecided_; });
    if (isFinished_) return false;
    answer("");
    return true;
  }

 private:
  void answer(const std::string& error) {
    if (done_) std::exchange(done_, nullptr)(error);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  ModuleHost::Done done_;
  bool isDecided_ = false;
  bool isFinished_ = false;
};

}  // namespace

ThreadedHost::ThreadedHost(std::shared_ptr<Lines> lines, std::unique_ptr<BlockingIsolator> isolator,
                           const ThreadedHostOptions& options)
    : lines_(std::move(lines)), isolator_(std::move(isolator)), options_(options), operations_(options.threadsMax) {}

ThreadedHost::~ThreadedHost() {
  const auto start = std::chrono::steady_clock::now();
  operations_.reset();
  lines_->tell(EventLevel::info, "module-stopped", {{"durationMs", elapsedMs(start)}});
}

void ThreadedHost::begin(const std::string& lane, Operation operation) {
  // Shared: what runs and who hears of a thread that there is not.
  const auto shared = std::make_shared<const Operation>(std::move(operation));
  try {
    operations_->start(lane, [shared](const std::stop_token& stop) {
      std::string error;
      try {
        if (stop.stop_requested()) throw stopping();
        shared->act(stop);
      } catch (...) {
        error = shared->textOfFailure ? shared->textOfFailure() : caughtText({});
      }
      shared->done(error);
    });
  } catch (...) {
    shared->done(caughtText({}));
  }
}

void ThreadedHost::prepare(const std::string& container, const std::string& config, Prepared done) {
  const auto launch = std::make_shared<ModuleLaunch>();
  const auto act = [this, container, config, launch](const std::stop_token& stop) {
    *launch = launchFrom(isolator_->prepare(container, config, stop));
  };
  begin(container, {.act = act,
                    .done = [launch, done = std::move(done)](const std::string& error) { done(error, *launch); },
                    .textOfFailure = [this, config] { return caughtText(*isolator_, config); }});
}

void ThreadedHost::cleanup(const std::string& container, Done done) {
  const auto act = [this, container](const std::stop_token& stop) { isolator_->cleanup(container, stop); };
  begin(container, {.act = act, .done = std::move(done)});
}

void ThreadedHost::recover(const std::vector<std::string>& running, const std::vector<std::string>& orphans,
                           Done done) {
  const auto answer = std::make_shared<RecoverAnswer>(std::move(done));
  const auto act = [this, running, orphans, answer](const std::stop_token& stop) {
    isolator_->recover(running, orphans, [answer] { answer->noteDecided(); }, stop);
  };
  begin(recoverLane, {.act = act, .done = [answer](const std::string& error) { answer->finish(error); }});
  const auto wait = [this, answer](const std::stop_token&) {
    if (!answer->answerAfter(options_.recoverPatience)) return;
    lines_->tell(EventLevel::warn, "recover-continues", {{"afterMs", options_.recoverPatience.count()}});
  };
  // Without a thread for it the agent waits to the end.
  begin(patienceLane, {.act = wait, .done = [](const std::string&) {}});
}

}  // namespace dvdi
