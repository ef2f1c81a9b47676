#include "ledger/database.hpp"

namespace dvdi {

namespace {

constexpr const char* freeSpace = "free space on the filesystem of the state directory and try again";

int primaryOf(int code) { return code & 0xff; }

int flagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::readOnly:
      return SQLITE_OPEN_READONLY;
    case OpenMode::readWrite:
      return SQLITE_OPEN_READWRITE;
    case OpenMode::create:
      break;
  }
  return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

Value columnOf(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    default: {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return bytes == nullptr ? std::string() : std::string(bytes, size);
    }
  }
}

/** Whatever happens to a statement, the next use finds it fresh. */
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int position, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, position, *number);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, position);
}

}  // namespace

bool SqliteFailure::isBusy() const noexcept {
  const int primary = primaryOf(code_);
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_PROTOCOL;
}

bool SqliteFailure::isDamage() const noexcept {
  return primaryOf(code_) == SQLITE_CORRUPT || primaryOf(code_) == SQLITE_NOTADB;
}

bool SqliteFailure::isMisunderstanding() const noexcept { return primaryOf(code_) == SQLITE_ERROR; }

LedgerError SqliteFailure::inOurWords(const std::string& place) const {
  const auto fail = [&](const char* code, const std::string& words, const char* advice) {
    return LedgerError(code, place + ": " + words + " (SQLite: " + what() + ", " + std::to_string(code_) + ")", advice);
  };
  // The shared memory file is given its size before it is mapped: that fails for want of space.
  if (code_ == SQLITE_IOERR_SHMSIZE) return fail("ledger-full", "expected space for the ledger, got none", freeSpace);
  if (isBusy()) {
    return fail("ledger-busy", "expected the ledger to be free", "try again; `fuser` names who has it open");
  }
  if (isDamage()) {
    return fail("ledger-damaged", "expected a sound ledger", "open it again: it is then set aside and rebuilt");
  }
  switch (primaryOf(code_)) {
    case SQLITE_FULL:
      return fail("ledger-full", "expected space for the change, got none", freeSpace);
    case SQLITE_READONLY:
      return fail("ledger-read-only", "expected a ledger that can be written", "remount its filesystem read-write");
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return fail("ledger-rights", "expected a ledger that can be opened", "check the rights of the state directory");
    default:
      return fail("ledger-failed", "the ledger cannot be used", "check the disk and the kernel log");
  }
}

Database::Database(const std::string& path, OpenMode mode, int busyTimeoutMs) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flagsOf(mode) | SQLITE_OPEN_FULLMUTEX, nullptr);
  database_.reset(opened);
  if (opened == nullptr) throw SqliteFailure(code, sqlite3_errstr(code));
  sqlite3_extended_result_codes(opened, 1);
  if (code != SQLITE_OK) fail(code);
  setBusyTimeout(busyTimeoutMs);
}

std::vector<Row> Database::all(std::string_view sql, const std::vector<Value>& values) {
  sqlite3_stmt* statement = prepared(sql);
  const Reset reset(statement);
  for (std::size_t index = 0; index < values.size(); ++index) {
    const int code = bind(statement, static_cast<int>(index) + 1, values[index]);
    if (code != SQLITE_OK) fail(code);
  }
  std::vector<Row> rows;
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) fail(code);
    std::vector<Value> columns;
    const int count = sqlite3_column_count(statement);
    columns.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column) columns.push_back(columnOf(statement, column));
    rows.emplace_back(std::move(columns));
  }
}

std::optional<Row> Database::get(std::string_view sql, const std::vector<Value>& values) {
  std::vector<Row> rows = all(sql, values);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

int Database::run(std::string_view sql, const std::vector<Value>& values) {
  static_cast<void>(all(sql, values));
  return sqlite3_changes(database_.get());
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

bool Database::isInTransaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

void Database::setBusyTimeout(int milliseconds) { sqlite3_busy_timeout(database_.get(), milliseconds); }

sqlite3_stmt* Database::prepared(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code);
  statements_.emplace(std::string(sql), statement);
  return statement;
}

void Database::fail(int code) const {
  const int extended = sqlite3_extended_errcode(database_.get());
  const bool isAboutThis = primaryOf(extended) == primaryOf(code);
  throw SqliteFailure(isAboutThis ? extended : code,
                      isAboutThis ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code));
}

}  // namespace dvdi
