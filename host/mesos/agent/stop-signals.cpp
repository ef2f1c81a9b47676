#include "agent/stop-signals.hpp"

#include <unistd.h>

namespace dvdi {
namespace {

/** Wakes the waiting thread at the end; no other use is made of it. */
constexpr int wake = SIGUSR2;

sigset_t watched() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, wake}) ::sigaddset(&set, number);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  waiter_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  isDone_ = true;
  ::pthread_kill(waiter_.native_handle(), wake);
  waiter_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::wait() {
  const sigset_t set = watched();
  while (!isDone_) {
    int number = 0;
    if (::sigwait(&set, &number) != 0 || number == wake) continue;
    int none = 0;
    first_.compare_exchange_strong(none, number);
    stop_.request_stop();
  }
}

}  // namespace dvdi
