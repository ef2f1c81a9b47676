#include "ledger/connection.hpp"

#include <random>
#include <thread>
#include <utility>

namespace dvdi {

namespace {

/** Blocking waits for another process's commit stay this short; after that we wait without the mutex. */
constexpr int busyTimeoutMs = 50;

/** A transaction takes milliseconds; whoever has the ledger for longer than this is stuck. */
constexpr std::chrono::milliseconds transactionTimeout{10'000};

}  // namespace

Connection::Connection(Database database, std::string place, std::function<void()> onDamage)
    : database_(std::move(database)), place_(std::move(place)), onDamage_(std::move(onDamage)) {
  database_.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
  database_.setBusyTimeout(busyTimeoutMs);
}

void Connection::transact(Transaction mode, const std::function<void(Database&)>& work) {
  const auto deadline = std::chrono::steady_clock::now() + transactionTimeout;
  std::unique_lock lock(mutex_);
  while (!tryBegin(mode, deadline)) {
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(1 + randomFraction() * 10));
    lock.lock();
  }
  try {
    work(database_);
    database_.run("COMMIT");
  } catch (const SqliteFailure& failure) {
    rollBack();
    throw translated(failure);
  } catch (const LedgerError& error) {
    rollBack();
    if (error.code() == "ledger-damaged") onDamage_();
    throw;
  } catch (...) {
    rollBack();
    throw;
  }
}

bool Connection::tryBegin(Transaction mode, std::chrono::steady_clock::time_point deadline) {
  try {
    database_.run(mode == Transaction::immediate ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
    // A deferred transaction takes its look at the first statement, and only that one can find it busy.
    if (mode == Transaction::deferred) static_cast<void>(database_.get("SELECT 1 FROM meta LIMIT 1"));
    return true;
  } catch (const SqliteFailure& failure) {
    rollBack();
    if (!failure.isBusy() || std::chrono::steady_clock::now() > deadline) throw translated(failure);
    return false;
  }
}

LedgerError Connection::translated(const SqliteFailure& failure) {
  LedgerError error = failure.inOurWords(place_);
  if (error.code() == "ledger-damaged") onDamage_();
  if (error.code() == "ledger-full") {
    try {
      // SQLite begins its log anew once it has 4 MB, which a small filesystem never has: emptied when there is no
      // space, it leaves some for the change after this one.
      database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const SqliteFailure&) {
      // Busy, or not even space for this: it stays as full as it was.
    }
  }
  return error;
}

void Connection::rollBack() noexcept {
  try {
    // SQLite ends the transaction by itself on some errors, a full disk among them.
    if (database_.isInTransaction()) database_.execute("ROLLBACK");
  } catch (const SqliteFailure&) {
    // It is rolled back when the connection is closed, at the latest.
  }
}

double randomFraction() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace dvdi
