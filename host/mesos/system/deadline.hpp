#ifndef DVDI_SYSTEM_DEADLINE_HPP
#define DVDI_SYSTEM_DEADLINE_HPP

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "system/system-error.hpp"

namespace dvdi {

/** The host itself did not get an answer in time: a filesystem or a driver hangs without a limit of its own. */
class DeadlineError : public Error {
 public:
  DeadlineError(const std::string& what, std::chrono::milliseconds timeout);
};

/** Longest that looking at a directory may take. A local one answers in microseconds, a dead server never. */
inline constexpr std::chrono::milliseconds lookTimeout{30'000};

/**
 * Waits no longer than allowed. A system call that hangs cannot be called back: it goes on in a thread of its own, and
 * what it answers one day is dropped. So `act` owns all that it uses.
 * @param late makes and throws the error when the time is over; without a return
 */
template <typename Act, typename Late>
auto withDeadline(std::chrono::milliseconds timeout, Act act, Late late) -> std::invoke_result_t<Act> {
  using Answer = std::invoke_result_t<Act>;
  using Stored = std::conditional_t<std::is_void_v<Answer>, char, Answer>;
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool isDone = false;
    std::optional<Stored> value;
    std::exception_ptr error;
  };
  auto shared = std::make_shared<Shared>();
  std::thread([shared, act = std::move(act)]() mutable {
    std::optional<Stored> value;
    std::exception_ptr error;
    try {
      if constexpr (std::is_void_v<Answer>) {
        act();
        value.emplace();
      } else {
        value.emplace(act());
      }
    } catch (...) {
      error = std::current_exception();
    }
    const std::scoped_lock lock(shared->mutex);
    shared->value = std::move(value);
    shared->error = std::move(error);
    shared->isDone = true;
    shared->changed.notify_one();
  }).detach();
  std::unique_lock lock(shared->mutex);
  if (!shared->changed.wait_for(lock, timeout, [&] { return shared->isDone; })) late();
  if (shared->error) std::rethrow_exception(std::exchange(shared->error, nullptr));
  if (!shared->value) throw defect("expected an answer or an error before the deadline, got neither");
  if constexpr (!std::is_void_v<Answer>) return std::move(*shared->value);
}

/** The same for looking at something on the machine: `filesystem-timeout` when the time is over. */
template <typename Act>
auto lookInTime(const std::string& what, Act act, std::chrono::milliseconds timeout = lookTimeout)
    -> std::invoke_result_t<Act> {
  return withDeadline(timeout, std::move(act), [&] { throw DeadlineError(what, timeout); });
}

}  // namespace dvdi

#endif  // DVDI_SYSTEM_DEADLINE_HPP
