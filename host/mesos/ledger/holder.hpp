#ifndef DVDI_LEDGER_HOLDER_HPP
#define DVDI_LEDGER_HOLDER_HPP

#include <string>

#include "ledger/kernel-lock.hpp"

namespace dvdi {

/** The files of all holders of one state directory. */
class HolderDirectory {
 public:
  /** @param path `holders/` in the state directory; made when it is missing. @throws LedgerError */
  explicit HolderDirectory(std::string path);

  /** Whether a holder lives: its file is there and locked. */
  [[nodiscard]] bool isAlive(const std::string& id) const;
  [[nodiscard]] bool hasLiving() const;
  void remove(const std::string& id) const;
  /** Removes the files of the dead. What they held is still in the ledger, for those who take it over. */
  void sweep() const;

  [[nodiscard]] std::string fileOf(const std::string& id) const { return path_ + "/" + id; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/**
 * Who holds names: one for each open ledger, with a file in `holders/` whose lock is kept as long as it lives. Dead is
 * whose lock can be taken, or whose file is gone.
 */
class Holder {
 public:
  /** @throws LedgerError */
  explicit Holder(HolderDirectory directory);
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder();

  /** A random uuid. */
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  HolderDirectory directory_;
  std::string id_;
  std::optional<KernelLock> lock_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_HOLDER_HPP
