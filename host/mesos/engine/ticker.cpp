#include "engine/ticker.hpp"

#include <csignal>

namespace dvdi {
namespace {

/** So many ticks go on unwanted, so that calls in close order need not wake the thread each time. */
constexpr int idleTicksMax = 10;

/** Starts a thread that no signal is delivered to: those of an agent are for its own threads. */
std::thread startWithoutSignals(std::function<void()> work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Ticker::begin() {
  const std::lock_guard lock(mutex_);
  ++wishes_;
  if (!thread_.joinable()) thread_ = startWithoutSignals([this] { run(); });
  if (asleep_) changed_.notify_one();
}

void Ticker::end() {
  const std::lock_guard lock(mutex_);
  --wishes_;
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  for (int idleTicks = 0; !stopping_;) {
    idleTicks = wishes_ > 0 ? 0 : idleTicks + 1;
    if (idleTicks > idleTicksMax) {
      asleep_ = true;
      changed_.wait(lock, [this] { return stopping_ || wishes_ > 0; });
      asleep_ = false;
      idleTicks = 0;
    }
    if (changed_.wait_for(lock, period, [this] { return stopping_; })) return;
    tick_();
  }
}

}  // namespace dvdi
