#include "ledger/holds.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "system/boot-id.hpp"
#include "system/iso-time.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

using Clock = std::chrono::steady_clock;

/** Between two looks at a name that another process holds: short at first, then patient. */
constexpr double firstPollMs = 5;
constexpr double lastPollMs = 50;
constexpr double pollGrowth = 1.5;

constexpr std::chrono::seconds releaseRetry{1};

std::optional<DeadHold> find(Database& database, const std::string& name) {
  const auto row = database.get("SELECT holder, pid, since_ms FROM holds WHERE name = ?", {name});
  if (!row) return std::nullopt;
  return DeadHold{name, row->text(0), row->number(1), row->number(2)};
}

/** Sleeps, but not longer than until a stop is asked for. */
void pause(double milliseconds, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, std::chrono::duration<double, std::milli>(milliseconds), [] { return false; });
}

}  // namespace

Hold::~Hold() {
  if (holds_ != nullptr) holds_->giveBack(name_);
}

Holds::Holds(Connection& connection, const Holder& holder, const HolderDirectory& holders, HoldsWorld world)
    : connection_(connection), holder_(holder), holders_(holders), world_(std::move(world)) {}

Hold Holds::take(const std::string& name, const HoldOptions& options) {
  const Clock::time_point deadline = Clock::now() + options.timeout;
  switch (queues_.take(name, deadline, options.stop)) {
    case Turn::taken:
      break;
    case Turn::late:
      throw busyError(name, options);
    case Turn::stopped:
      throw StoppedError("waiting for " + inQuotes(name));
  }
  try {
    takeRow(name, deadline, options);
    return {*this, name};
  } catch (...) {
    queues_.giveBack(name);
    throw;
  }
}

void Holds::takeRow(const std::string& name, Clock::time_point deadline, const HoldOptions& options) {
  for (double waitMs = firstPollMs;; waitMs = std::min(lastPollMs, waitMs * pollGrowth)) {
    const auto held = tryRow(name);
    if (!held) return;
    if (!holders_.isAlive(held->holder)) {
      if (world_.endWork) world_.endWork(*held);
      holders_.remove(held->holder);
      if (inherit(*held)) {
        if (world_.onTakeOver) world_.onTakeOver(*held);
        return;
      }
    }
    if (Clock::now() >= deadline) throw busyError(name, options);
    if (options.stop.stop_requested()) throw StoppedError("waiting for " + inQuotes(name));
    // Jitter: those who wait for one name do not come in step.
    pause(waitMs * (0.5 + randomFraction() / 2), options.stop);
  }
}

std::optional<DeadHold> Holds::tryRow(const std::string& name) {
  std::optional<DeadHold> held;
  const auto isOthers = [&] { return held && held->holder != holder_.id(); };
  // A look does not make writers wait.
  connection_.transact(Transaction::deferred, [&](Database& database) { held = find(database, name); });
  if (isOthers()) return held;
  connection_.transact(Transaction::immediate, [&](Database& database) {
    held = find(database, name);
    // Ours already: a release that could not be written. Our own queue says that nobody of us has it.
    if (isOthers()) return;
    database.run(
        "INSERT INTO holds (name, holder, pid, since_ms) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (name) DO UPDATE SET pid = ?3, since_ms = ?4",
        {name, holder_.id(), std::int64_t{::getpid()}, std::int64_t{wallClockMs()}});
  });
  if (isOthers()) return held;
  const std::scoped_lock lock(overdueMutex_);
  overdue_.erase(name);
  return std::nullopt;
}

bool Holds::inherit(const DeadHold& dead) {
  int changed = 0;
  connection_.transact(Transaction::immediate, [&](Database& database) {
    changed = database.run("UPDATE holds SET holder = ?, pid = ?, since_ms = ? WHERE name = ? AND holder = ?",
                           {holder_.id(), std::int64_t{::getpid()}, std::int64_t{wallClockMs()}, dead.name,
                            dead.holder});
  });
  return changed == 1;
}

void Holds::giveBack(const std::string& name) noexcept {
  try {
    const std::scoped_lock lock(overdueMutex_);
    overdue_.insert(name);
  } catch (...) {
    // Without memory for a name nothing can be said any more; the row goes with the process.
  }
  try {
    releaseOverdue();
  } catch (...) {
    // What was done under the hold is done; that it cannot be given back must not make it look failed.
    retryLater();
  }
  queues_.giveBack(name);
}

void Holds::releaseOverdue() {
  std::set<std::string> names;
  {
    // Taken out at once: thousands may be released side by side, and each name is nobody else's to delete again.
    const std::scoped_lock lock(overdueMutex_);
    names.swap(overdue_);
  }
  if (names.empty()) return;
  try {
    connection_.transact(Transaction::immediate, [&](Database& database) {
      for (const std::string& name : names) {
        database.run("DELETE FROM holds WHERE name = ? AND holder = ?", {name, holder_.id()});
      }
    });
  } catch (...) {
    const std::scoped_lock lock(overdueMutex_);
    overdue_.merge(names);
    throw;
  }
}

void Holds::retryLater() {
  const std::scoped_lock lock(overdueMutex_);
  if (isRetrying_) return;
  isRetrying_ = true;
  retry_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pause(std::chrono::duration<double, std::milli>(releaseRetry).count(), stop);
      if (stop.stop_requested()) return;
      try {
        releaseOverdue();
        const std::scoped_lock done(overdueMutex_);
        if (!overdue_.empty()) continue;
        isRetrying_ = false;
        return;
      } catch (...) {
        // Still no space: again in a second.
      }
    }
  });
}

LedgerError Holds::busyError(const std::string& name, const HoldOptions& options) {
  std::optional<DeadHold> held;
  connection_.transact(Transaction::deferred, [&](Database& database) { held = find(database, name); });
  const std::string by = held ? "process " + std::to_string(held->pid) + " holds it since " + isoTime(held->sinceMs)
                              : "others were first";
  return LedgerError("ledger-busy",
                     "expected to hold " + inQuotes(name) + " within " + std::to_string(options.timeout.count()) +
                         " ms, but " + by,
                     "wait for it to end; when it hangs, end it: what it began is finished by the next one");
}

}  // namespace dvdi
