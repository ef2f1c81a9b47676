#include "ledger/keyed-locks.hpp"

#include <algorithm>

namespace dvdi {

Turn KeyedLocks::take(const std::string& name, std::chrono::steady_clock::time_point deadline,
                      const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = nextTicket_++;
  queues_[name].push_back(ticket);
  const auto isOurs = [&] { return queues_[name].front() == ticket; };
  if (changed_.wait_until(lock, stop, deadline, isOurs)) return Turn::taken;
  std::deque<std::uint64_t>& queue = queues_[name];
  queue.erase(std::find(queue.begin(), queue.end(), ticket));
  if (queue.empty()) queues_.erase(name);
  return stop.stop_requested() ? Turn::stopped : Turn::late;
}

void KeyedLocks::giveBack(const std::string& name) {
  {
    const std::scoped_lock lock(mutex_);
    std::deque<std::uint64_t>& queue = queues_[name];
    queue.pop_front();
    if (queue.empty()) queues_.erase(name);
  }
  changed_.notify_all();
}

}  // namespace dvdi
