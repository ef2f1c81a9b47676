#include "ledger/opening.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "ledger/connection.hpp"
#include "ledger/kernel-lock.hpp"
#include "ledger/schema.hpp"
#include "ledger/soundness.hpp"
#include "system/boot-id.hpp"

namespace dvdi {

namespace {

/** Whoever opens a ledger checks and mends it alone, and that takes no longer than this. */
constexpr std::chrono::milliseconds openingTimeout{30'000};

KernelLock lockOpening(const LedgerFiles& files) {
  const auto deadline = std::chrono::steady_clock::now() + openingTimeout;
  for (;;) {
    if (auto lock = KernelLock::take(files.openingLock)) return std::move(*lock);
    if (std::chrono::steady_clock::now() > deadline) {
      throw LedgerError("ledger-busy",
                        files.openingLock + ": expected to open the ledger within " +
                            std::to_string(openingTimeout.count()) + " ms, but another process is at it",
                        "try again; `fuser` names the process that has the file open");
    }
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(1 + randomFraction() * 5));
  }
}

/** Made under another name: a ledger that is there is whole, also after a crash at any moment. */
void createLedger(const LedgerFiles& files) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((files.unfinished + suffix).c_str());
  makeFile(files.unfinished);
  {
    Database database(files.unfinished, OpenMode::readWrite, 0);
    database.execute("BEGIN EXCLUSIVE");
    database.execute(schema1);
    database.execute("PRAGMA application_id = " + std::to_string(applicationId));
    database.execute("PRAGMA user_version = " + std::to_string(schemaVersion));
    database.execute("COMMIT");
    database.execute("PRAGMA journal_mode = WAL");
  }
  if (std::rename(files.unfinished.c_str(), files.database.c_str()) != 0) {
    throw filesystemFailure(errno, files.database);
  }
  syncDirectory(files.directory);
}

Database openSound(const LedgerFiles& files) {
  Database database(files.database, OpenMode::readWrite, static_cast<int>(openingTimeout.count()));
  database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  const char* checked = "SELECT 1 FROM meta WHERE key = 'checked_boot' AND value = ?";
  if (!database.get(checked, {bootId()})) {
    database.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('checked_boot', ?)", {bootId()});
  }
  ::unlink(files.suspect.c_str());
  return database;
}

[[noreturn]] void refuseDamaged(const LedgerFiles& files, const std::string& reason) {
  noteSuspicion(files);
  throw LedgerError("ledger-damaged", files.database + ": " + reason,
                    "run `dvdi doctor` or any other command of the Node command line on this state directory: it sets "
                    "the file aside and rebuilds the ledger; nothing was changed");
}

}  // namespace

Database openLedgerFile(const LedgerFiles& files, const HolderDirectory& holders) {
  const KernelLock lock = lockOpening(files);
  try {
    if (isThere(files.rebuilt)) refuseDamaged(files, "expected a ledger, got one whose rebuilding was broken off");
    if (const auto reason = findDamage(files, holders.hasLiving())) refuseDamaged(files, *reason);
    if (!isThere(files.database)) createLedger(files);
    return openSound(files);
  } catch (const SqliteFailure& failure) {
    if (failure.isDamage()) refuseDamaged(files, std::string("expected a ledger, SQLite says: ") + failure.what());
    throw failure.inOurWords(files.database);
  }
}

}  // namespace dvdi
