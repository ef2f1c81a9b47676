#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace dvdi {

/**
 * Runs operations beside their caller, which never waits. Those of one lane run one after the other, in their order;
 * lanes do not wait for each other: each operation that runs has a thread, so that a driver that hangs holds up its own
 * containers only. Threads are made when needed, and end when there was nothing to do for a while.
 *
 * There is a bound all the same. Past it operations wait for their turn, which comes: every call of a driver ends by
 * its deadline.
 */
class Operations {
 public:
  /** Threads at most. 8 MiB of address space each, of which an operation touches some 100 KiB. */
  static constexpr std::size_t threadsMaxDefault = 1'024;

  using Act = std::function<void(std::stop_token stop)>;

  explicit Operations(std::size_t threadsMax = threadsMaxDefault);
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;
  /** Asks all for a stop, and waits for them. What has not begun is begun, to say that it will not be done. */
  ~Operations();

  /**
   * Begins an operation, or lets it wait for those of its lane.
   * @param act must not throw; its token asks it to give up
   * @throws std::system_error when there is no thread at all to be had; `act` is then dropped
   */
  void start(const std::string& lane, Act act);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dvdi
