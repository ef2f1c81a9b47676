#include "ledger/soundness.hpp"

#include <algorithm>
#include <map>

#include "ledger/schema.hpp"
#include "system/boot-id.hpp"

namespace dvdi {

namespace {

/** A full check reads about 1 MB in 4 ms (measured): up to here it is made each time the ledger is opened. */
constexpr std::uint64_t alwaysCheckedBytes = 4UL * 1024 * 1024;

/** Nobody writes to a ledger for longer than a moment. */
constexpr int busyTimeoutMs = 10'000;

std::int64_t pragma(Database& database, const std::string& name) {
  const auto row = database.get("PRAGMA " + name);
  return row ? row->number(0) : 0;
}

/** White space between words counts as one blank. */
std::string squeezed(const std::string& text) {
  std::string plain;
  for (const char character : text) {
    const bool isSpace = character == ' ' || (character >= '\t' && character <= '\r');
    if (!isSpace) {
      plain += character;
    } else if (plain.empty() || plain.back() != ' ') {
      plain += ' ';
    }
  }
  return plain;
}

/** Statements by the names of what they make, apart from white space. */
std::map<std::string, std::string> schemaTextOf(Database& database) {
  std::map<std::string, std::string> texts;
  for (const Row& row : database.all("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")) {
    texts.insert_or_assign(row.text(0), squeezed(row.text(1)));
  }
  return texts;
}

std::map<std::string, std::string> expectedSchemaText() {
  Database database(":memory:", OpenMode::create, 0);
  database.execute(schema1);
  return schemaTextOf(database);
}

/** @throws LedgerError `ledger-foreign` when it is sound and certainly not ours */
std::optional<std::string> findForeignness(Database& database, const std::string& place) {
  const std::int64_t id = pragma(database, "application_id");
  if (id == applicationId) return std::nullopt;
  const auto found = database.all("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const bool hasOurs = std::any_of(found.begin(), found.end(), [](const Row& row) {
    return std::find(tables.begin(), tables.end(), row.text(0)) != tables.end();
  });
  if ((id != 0 || !found.empty()) && !hasOurs) {
    throw LedgerError("ledger-foreign",
                      place + ": expected a ledger, got the SQLite database of another program (application id " +
                          std::to_string(id) + ")",
                      "choose another state directory, or move the file away; nothing was changed");
  }
  return "expected the application id " + std::to_string(applicationId) + ", got " + std::to_string(id);
}

std::optional<std::string> findOtherSchema(Database& database) {
  if (pragma(database, "user_version") == 0) return "expected a ledger, got a database without a version";
  const auto found = schemaTextOf(database);
  for (const auto& [name, text] : expectedSchemaText()) {
    const auto same = found.find(name);
    if (same == found.end() || same->second != text) {
      return "expected " + name + " in the schema as it was made, got it changed or not at all";
    }
  }
  return std::nullopt;
}

std::optional<std::string> checkInFull(Database& database, bool isDue, const LedgerFiles& files) {
  const auto checked = database.get("SELECT value FROM meta WHERE key = 'checked_boot'");
  const bool wasChecked = checked && checked->text(0) == bootId();
  if (!isDue && !isThere(files.suspect) && wasChecked) return std::nullopt;
  // SQLite does not look at CHECK constraints through a connection that only reads. This one is closed while the other
  // is open, so that it is not the last one, which would write the log back into the damaged file.
  Database writable(files.database, OpenMode::readWrite, busyTimeoutMs);
  // Not the quick one, which leaves out whether indices and tables agree. One complaint is enough of the hundreds.
  const auto answer = writable.get("PRAGMA integrity_check(1)");
  const std::string complaint = answer ? answer->text(0) : "no answer";
  if (complaint == "ok") return std::nullopt;
  return "expected a sound database, SQLite says: " + complaint;
}

}  // namespace

std::optional<std::string> findDamage(const LedgerFiles& files, bool isInUse) {
  const bool hasLog = isThere(files.database + "-wal");
  // SQLite removes `-shm` before `-wal`, and makes it after: alone it means that somebody took the log away.
  const bool hasIndex = isThere(files.database + "-shm");
  const auto size = sizeOf(files.database);
  if (!size) {
    if (hasLog || hasIndex) return "expected the file ledger.sqlite, got only its companions";
    return std::nullopt;
  }
  if (*size == 0) return "expected a database, got an empty file";
  if (hasIndex && !hasLog) return "expected the write-ahead log ledger.sqlite-wal, got only its index";
  try {
    Database database(files.database, OpenMode::readOnly, busyTimeoutMs);
    refuseNewer(database, files.database);
    if (auto foreign = findForeignness(database, files.database)) return foreign;
    if (auto other = findOtherSchema(database)) return other;
    const bool isLeftBehind = hasLog && !isInUse;
    return checkInFull(database, *size <= alwaysCheckedBytes || isLeftBehind, files);
  } catch (const SqliteFailure& failure) {
    // What is asked is always the same: that SQLite does not understand it is the database's fault.
    if (!failure.isDamage() && !failure.isMisunderstanding()) throw failure.inOurWords(files.database);
    return std::string("expected a database, got a file that SQLite cannot read: ") + failure.what();
  }
}

std::int64_t refuseNewer(Database& database, const std::string& place) {
  const std::int64_t version = pragma(database, "user_version");
  if (version <= schemaVersion) return version;
  throw LedgerError("ledger-newer",
                    place + ": expected a ledger with schema version " + std::to_string(schemaVersion) +
                        " or older, got version " + std::to_string(version),
                    "a newer dvdi wrote it: use that one, or another state directory; nothing was changed");
}

}  // namespace dvdi
