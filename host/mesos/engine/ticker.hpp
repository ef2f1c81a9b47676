#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace dvdi {

/**
 * Calls a function every 10 ms while somebody wants it: what interrupts a core by the clock. Its thread starts with the
 * first wish and sleeps soon after the last, so that an idle agent is not woken.
 */
class Ticker {
 public:
  static constexpr std::chrono::milliseconds period{10};

  explicit Ticker(std::function<void()> tick) : tick_(std::move(tick)) {}
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /** Ticks come as long as this lives. */
  class Wish {
   public:
    explicit Wish(Ticker& ticker) : ticker_(ticker) { ticker_.begin(); }
    ~Wish() { ticker_.end(); }
    Wish(const Wish&) = delete;
    Wish& operator=(const Wish&) = delete;

   private:
    Ticker& ticker_;
  };

 private:
  void begin();
  void end();
  void run();

  std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int wishes_ = 0;
  bool asleep_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dvdi
