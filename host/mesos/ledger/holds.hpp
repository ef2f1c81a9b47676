#ifndef DVDI_LEDGER_HOLDS_HPP
#define DVDI_LEDGER_HOLDS_HPP

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "ledger/connection.hpp"
#include "ledger/holder.hpp"
#include "ledger/keyed-locks.hpp"

namespace dvdi {

/** A name that a dead holder had. */
struct DeadHold {
  std::string name;
  std::string holder;
  std::int64_t pid = 0;
  /** Milliseconds since 1970. */
  std::int64_t sinceMs = 0;
};

/** What holds need of the world. */
struct HoldsWorld {
  /** Ends what a dead holder was doing under a name; only then that name is given away. */
  std::function<void(const DeadHold&)> endWork;
  /** Told when a name of a dead holder has become ours. It must not throw. */
  std::function<void(const DeadHold&)> onTakeOver;
};

struct HoldOptions {
  std::chrono::milliseconds timeout;
  /** Gives up waiting. */
  std::stop_token stop = {};
};

/** The caller gave up: it asked to stop. Code `cancelled`; whoever gave up knows what it means. */
class StoppedError : public Error {
 public:
  explicit StoppedError(const std::string& what) : Error("cancelled", what + ": the caller gave up") {}
};

class Holds;

/** A name that is held for as long as this lives. */
class Hold {
 public:
  Hold(Holds& holds, std::string name) : holds_(&holds), name_(std::move(name)) {}
  Hold(Hold&& other) noexcept : holds_(std::exchange(other.holds_, nullptr)), name_(std::move(other.name_)) {}
  Hold& operator=(Hold&&) = delete;
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold();

 private:
  Holds* holds_;
  std::string name_;
};

/** Names that one ledger holds, against all other ledgers on the same state directory. */
class Holds {
 public:
  Holds(Connection& connection, const Holder& holder, const HolderDirectory& holders, HoldsWorld world);
  Holds(const Holds&) = delete;
  Holds& operator=(const Holds&) = delete;
  /** No release is tried any more: with its holder, all that is held is free. */
  ~Holds() = default;

  /**
   * Takes a name for this ledger alone, across all processes. A holder that died does not hold any more.
   * @throws LedgerError `ledger-busy` when the time is over: names the process that holds it
   * @throws StoppedError
   */
  [[nodiscard]] Hold take(const std::string& name, const HoldOptions& options);

 private:
  friend class Hold;

  void takeRow(const std::string& name, std::chrono::steady_clock::time_point deadline, const HoldOptions& options);
  /** @returns who has the name; nothing when it is ours now */
  std::optional<DeadHold> tryRow(const std::string& name);
  bool inherit(const DeadHold& dead);
  void giveBack(const std::string& name) noexcept;
  void releaseOverdue();
  /** A release that failed, on a full disk, is tried again once a second. */
  void retryLater();
  LedgerError busyError(const std::string& name, const HoldOptions& options);

  Connection& connection_;
  const Holder& holder_;
  const HolderDirectory& holders_;
  HoldsWorld world_;
  KeyedLocks queues_;
  std::mutex overdueMutex_;
  /** Given back by us, but the ledger could not be written. */
  std::set<std::string> overdue_;
  bool isRetrying_ = false;
  /** Last: it ends before anything that it uses. */
  std::jthread retry_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_HOLDS_HPP
