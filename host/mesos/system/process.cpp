#include "system/process.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

#include "system/child-process.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/** How long output is still read after the process has exited: a daemon it left behind may hold the pipe open. */
constexpr milliseconds linger{500};

/** How often a process group that was told to end is looked at. */
constexpr milliseconds groupPoll{10};

milliseconds elapsedSince(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

/** For poll(2): at least 0, and rounded up, so that nobody wakes right before the time. */
int pollTimeout(Clock::time_point until) {
  const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

/** Becomes readable when a stop is asked for. */
class StopSignal {
 public:
  explicit StopSignal(const std::stop_token& token)
      : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(token, [this] { signal(); }) {}

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  void signal() const noexcept {
    const std::uint64_t one = 1;
    // The counter cannot be full: it is written once.
    [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
  }

  UniqueFd fd_;
  std::stop_callback<std::function<void()>> callback_;
};

/** Reads in a row from one pipe: 1 MiB, so that one that is filled as fast as it is read keeps no deadline waiting. */
constexpr int readsMax = 64;

/** Reads what is there, or a part of it. @returns false when nothing comes any more */
bool drain(int fd, std::string& into, std::size_t maxBytes, bool& isTooMuch) {
  std::array<char, 16384> buffer;
  for (int reads = 0; reads < readsMax; ++reads) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    const auto size = static_cast<std::size_t>(count);
    const std::size_t room = maxBytes - into.size();
    into.append(buffer.data(), std::min(room, size));
    if (size > room) isTooMuch = true;
  }
  return true;
}

class Run {
 public:
  Run(const std::string& executable, const std::vector<std::string>& arguments, const RunOptions& options)
      : executable_(executable), options_(options), stop_(options.stop), child_(executable, arguments, options) {}

  RunResult toEnd() {
    const std::optional<ProcessFault> ended = watch();
    if (ended) return end(*ended);
    const ChildExit exit = child_.reap();
    readRest();
    if (exit.exitCode == 0 && !isTooMuch_) return {std::move(output_), std::move(errors_)};
    if (isTooMuch_) fail(ProcessFault::output, exit);
    fail(exit.signal ? ProcessFault::signal : ProcessFault::exit, exit);
  }

 private:
  /** Reads until the child has ended. @returns why it has to be ended by us, if it has to */
  std::optional<ProcessFault> watch() {
    const Clock::time_point deadline = start_ + options_.timeout;
    for (;;) {
      std::array<pollfd, 4> fds = {{{child_.output().get(), POLLIN, 0},
                                    {child_.errors().get(), POLLIN, 0},
                                    {child_.endFd(), POLLIN, 0},
                                    {stop_.fd(), POLLIN, 0}}};
      if (::poll(fds.data(), fds.size(), pollTimeout(deadline)) < 0 && errno != EINTR) {
        throw systemError("poll", errno);
      }
      readAll();
      if (isTooMuch_) return ProcessFault::output;
      if (fds[2].revents != 0) return std::nullopt;
      if (fds[3].revents != 0) return ProcessFault::cancelled;
      if (Clock::now() >= deadline) return ProcessFault::timeout;
    }
  }

  void readAll() {
    bool isStderrCut = false;
    if (child_.output().isOpen() && !drain(child_.output().get(), output_, options_.outputMaxBytes, isTooMuch_)) {
      child_.output().reset();
    }
    if (child_.errors().isOpen() && !drain(child_.errors().get(), errors_, options_.outputMaxBytes, isStderrCut)) {
      child_.errors().reset();
    }
  }

  /** What the child had written is in the pipes by now; a daemon of it may keep them open for ever. */
  void readRest() {
    const Clock::time_point until = Clock::now() + linger;
    for (readAll(); child_.output().isOpen() || child_.errors().isOpen(); readAll()) {
      if (Clock::now() >= until || isTooMuch_) return;
      std::array<pollfd, 2> fds = {{{child_.output().get(), POLLIN, 0}, {child_.errors().get(), POLLIN, 0}}};
      ::poll(fds.data(), fds.size(), pollTimeout(until));
    }
  }

  /** Ends the whole group: SIGTERM, and SIGKILL for what is left of it when the grace is over. */
  [[noreturn]] RunResult end(ProcessFault fault) {
    const Clock::time_point until = Clock::now() + options_.grace;
    static_cast<void>(child_.signalGroup(SIGTERM));
    pollfd ended{child_.endFd(), POLLIN, 0};
    while (ended.revents == 0 && Clock::now() < until) {
      ::poll(&ended, 1, std::min(pollTimeout(until), static_cast<int>(groupPoll.count())));
      // One that is blocked in a write could not end else.
      readAll();
    }
    if (ended.revents == 0) static_cast<void>(child_.signalGroup(SIGKILL));
    const ChildExit exit = child_.reap();
    // The kernel does not give the group's number away while it has a member.
    while (child_.signalGroup(0)) {
      if (Clock::now() >= until) {
        static_cast<void>(child_.signalGroup(SIGKILL));
        break;
      }
      std::this_thread::sleep_for(groupPoll);
    }
    readAll();
    fail(fault, exit);
  }

  [[noreturn]] void fail(ProcessFault fault, const ChildExit& exit) {
    ProcessFailure failure{};
    failure.fault = fault;
    failure.executable = executable_;
    failure.timeout = options_.timeout;
    failure.outputMaxBytes = options_.outputMaxBytes;
    failure.exitCode = exit.exitCode;
    failure.signal = exit.signal;
    failure.stderrHead = std::move(errors_);
    failure.duration = elapsedSince(start_);
    throw ProcessError(std::move(failure));
  }

  const std::string& executable_;
  const RunOptions& options_;
  const Clock::time_point start_ = Clock::now();
  StopSignal stop_;
  ChildProcess child_;
  std::string output_;
  std::string errors_;
  bool isTooMuch_ = false;
};

[[noreturn]] void refuseEarly(ProcessFault fault, const std::string& executable, int number,
                              const RunOptions& options) {
  ProcessFailure failure{};
  failure.fault = fault;
  failure.executable = executable;
  failure.timeout = options.timeout;
  failure.outputMaxBytes = options.outputMaxBytes;
  failure.number = number;
  throw ProcessError(std::move(failure));
}

}  // namespace

Environment cleanEnvironment() { return {{"PATH", minimalPath}, {"LC_ALL", "C"}}; }

RunResult run(const std::string& executable, const std::vector<std::string>& arguments, const RunOptions& options) {
  if (!executable.starts_with('/')) {
    throw defect("expected the absolute path of an executable, got " + inQuotes(executable));
  }
  // execve(2) would cut a text at a NUL: what runs would not be what was asked for.
  const auto hasNul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (hasNul(executable) || std::any_of(arguments.begin(), arguments.end(), hasNul)) {
    refuseEarly(ProcessFault::start, executable, EINVAL, options);
  }
  if (options.stop.stop_requested()) refuseEarly(ProcessFault::cancelled, executable, 0, options);
  return Run(executable, arguments, options).toEnd();
}

}  // namespace dvdi
