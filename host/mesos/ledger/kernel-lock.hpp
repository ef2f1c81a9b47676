#ifndef DVDI_LEDGER_KERNEL_LOCK_HPP
#define DVDI_LEDGER_KERNEL_LOCK_HPP

#include <optional>
#include <string>

#include "system/unique-fd.hpp"

namespace dvdi {

/**
 * An exclusive lock that the kernel frees when its process dies, however it dies: an open file description lock on the
 * 512 bytes that an exclusive transaction of SQLite locks (docs/ledger.md, "Holds"), so that hosts which take it by
 * SQLite and this one exclude each other. Closing some other fd of the file does not free it, unlike those of SQLite.
 */
class KernelLock {
 public:
  /**
   * Takes the lock of a file, which is made (mode 0600) where it is missing.
   * @returns nothing when somebody else has it
   * @throws LedgerError
   */
  [[nodiscard]] static std::optional<KernelLock> take(const std::string& path);

  /** The same of a file that is there already; nothing also when it is not. */
  [[nodiscard]] static std::optional<KernelLock> takeExisting(const std::string& path);

  /** Whether somebody has the lock of a file; takes nothing. A file that is not there is nobody's. */
  [[nodiscard]] static bool isTaken(const std::string& path);

 private:
  explicit KernelLock(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_KERNEL_LOCK_HPP
