#ifndef DVDI_LEDGER_KEYED_LOCKS_HPP
#define DVDI_LEDGER_KEYED_LOCKS_HPP

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace dvdi {

/** How taking a name ended. */
enum class Turn { taken, late, stopped };

/** Locks by name within this ledger, strictly first come, first served; different names never wait for each other. */
class KeyedLocks {
 public:
  /** Waits until the name is ours, at most until the deadline. */
  [[nodiscard]] Turn take(const std::string& name, std::chrono::steady_clock::time_point deadline,
                          const std::stop_token& stop);
  void giveBack(const std::string& name);

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t nextTicket_ = 0;
  /** Who holds a name stands first, those who wait for it after. */
  std::map<std::string, std::deque<std::uint64_t>> queues_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_KEYED_LOCKS_HPP
