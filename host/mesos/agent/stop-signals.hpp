#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace dvdi {

/**
 * Makes of SIGINT, SIGTERM and SIGHUP a request to give up: what was begun is undone, and no second signal cuts that
 * short. To be made before any other thread, which would get the signals otherwise.
 */
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /** The first signal that came; 0 when none did. */
  [[nodiscard]] int first() const { return first_; }

 private:
  void wait();

  sigset_t before_;
  std::stop_source stop_;
  std::atomic<int> first_ = 0;
  std::atomic<bool> isDone_ = false;
  std::thread waiter_;
};

}  // namespace dvdi
