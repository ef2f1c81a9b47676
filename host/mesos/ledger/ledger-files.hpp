#ifndef DVDI_LEDGER_LEDGER_FILES_HPP
#define DVDI_LEDGER_LEDGER_FILES_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace dvdi {

/** The files of a ledger in its state directory; docs/ledger.md says what each is for. */
struct LedgerFiles {
  explicit LedgerFiles(const std::string& stateDirectory);

  std::string directory;
  std::string database;
  std::string openingLock;
  /** There while somebody has met damage and nobody has looked into it yet. */
  std::string suspect;
  /** A ledger that is still being made. */
  std::string unfinished;
  /** A whole ledger that waits to take the place of the damaged one. */
  std::string rebuilt;
  std::string holders;
};

/** Device and inode: what tells the file that is open from one that was put in its place. */
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;

/** Nothing when there is no file. Looks only: opening it would free SQLite's locks. */
[[nodiscard]] std::optional<FileIdentity> fileIdentity(const std::string& path);

/** In bytes; nothing when there is no such file. */
[[nodiscard]] std::optional<std::uint64_t> sizeOf(const std::string& path);

[[nodiscard]] bool isThere(const std::string& path);

/** Makes a file, mode 0600, where there is none. One that is there is not touched. @throws LedgerError */
void makeFile(const std::string& path);

/** Forces the names in a directory to the disk. @throws LedgerError */
void syncDirectory(const std::string& path);

/** The next one to open the ledger reads all of it. What it fails by is less than what made us suspicious. */
void noteSuspicion(const LedgerFiles& files) noexcept;

/**
 * Makes the state directory where it is missing (mode 0700), or checks the one that is there: who can write there can
 * have anything unmounted.
 * @returns its path without links
 * @throws LedgerError `ledger-unsafe`, `ledger-rights`, `ledger-read-only`, `ledger-full`
 */
[[nodiscard]] std::string openStateDirectory(const std::string& path);

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_FILES_HPP
