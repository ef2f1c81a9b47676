#ifndef DVDI_LEDGER_DATABASE_HPP
#define DVDI_LEDGER_DATABASE_HPP

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/ledger-error.hpp"

namespace dvdi {

/** What SQLite said, before it is put in our words. Never leaves the ledger. */
class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int code, const std::string& words) : std::runtime_error(words), code_(code) {}

  /** The extended result code (sqlite.org/rescode.html). */
  [[nodiscard]] int code() const noexcept { return code_; }
  /** Whether somebody else was in the way and the same may work in a moment. */
  [[nodiscard]] bool isBusy() const noexcept;
  /** Whether the file is not what SQLite expects of a database. */
  [[nodiscard]] bool isDamage() const noexcept;
  /** Whether SQLite did not understand a statement, or what it needs for it. */
  [[nodiscard]] bool isMisunderstanding() const noexcept;
  /** @param place the ledger's file */
  [[nodiscard]] LedgerError inOurWords(const std::string& place) const;

 private:
  int code_;
};

/** A value of a row, or for a statement. */
using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;

/** Text, or NULL for nothing. */
[[nodiscard]] inline Value valueOf(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(nullptr);
}

/** The columns of a row by position, in the order of the statement. */
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  [[nodiscard]] std::int64_t number(std::size_t column) const { return std::get<std::int64_t>(values_[column]); }
  [[nodiscard]] const std::string& text(std::size_t column) const { return std::get<std::string>(values_[column]); }
  [[nodiscard]] bool isNull(std::size_t column) const {
    return std::holds_alternative<std::nullptr_t>(values_[column]);
  }
  [[nodiscard]] std::optional<std::string> optionalText(std::size_t column) const {
    if (isNull(column)) return std::nullopt;
    return text(column);
  }

 private:
  std::vector<Value> values_;
};

enum class OpenMode { readOnly, readWrite, create };

/** An open SQLite database with its prepared statements. One thread at a time. */
class Database {
 public:
  /** @throws SqliteFailure */
  Database(const std::string& path, OpenMode mode, int busyTimeoutMs);

  [[nodiscard]] std::vector<Row> all(std::string_view sql, const std::vector<Value>& values = {});
  [[nodiscard]] std::optional<Row> get(std::string_view sql, const std::vector<Value>& values = {});
  /** @returns how many rows changed, those changed by triggers aside */
  int run(std::string_view sql, const std::vector<Value>& values = {});
  /** Any number of statements, without values. */
  void execute(const std::string& sql);

  [[nodiscard]] bool isInTransaction() const;
  void setBusyTimeout(int milliseconds);

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  sqlite3_stmt* prepared(std::string_view sql);
  [[noreturn]] void fail(int code) const;

  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_DATABASE_HPP
