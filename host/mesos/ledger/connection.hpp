#ifndef DVDI_LEDGER_CONNECTION_HPP
#define DVDI_LEDGER_CONNECTION_HPP

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "ledger/database.hpp"

namespace dvdi {

/** `immediate` to change, `deferred` to read. */
enum class Transaction { immediate, deferred };

/** An open database, and transactions on it, one at a time; any thread may ask for one. */
class Connection {
 public:
  /**
   * @param place what errors call it
   * @param onDamage is told when the database turns out to be damaged
   */
  Connection(Database database, std::string place, std::function<void()> onDamage);

  /**
   * Runs work as one transaction: all of it, or nothing when it throws. The work runs once the ledger is ours, so that
   * it never runs twice. It must not wait for anything, nor ask for another transaction.
   * @throws LedgerError and whatever the work throws
   */
  void transact(Transaction mode, const std::function<void(Database&)>& work);

 private:
  /** @returns false when somebody else has the ledger, and there is time left to wait */
  bool tryBegin(Transaction mode, std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] LedgerError translated(const SqliteFailure& failure);
  void rollBack() noexcept;

  std::mutex mutex_;
  Database database_;
  std::string place_;
  std::function<void()> onDamage_;
};

/** From 0 up to, but never 1; for waits that are not to come in step. */
[[nodiscard]] double randomFraction();

}  // namespace dvdi

#endif  // DVDI_LEDGER_CONNECTION_HPP
