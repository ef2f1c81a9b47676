#include "ledger/ledger.hpp"

#include "ledger/opening.hpp"

namespace dvdi {

namespace {

/** Files of the dead are taken away before our own is made. */
HolderDirectory swept(HolderDirectory holders) {
  holders.sweep();
  return holders;
}

}  // namespace

Ledger::Ledger(const std::string& stateDirectory, HoldsWorld world)
    : files_(openStateDirectory(stateDirectory)),
      holders_(files_.holders),
      connection_(openLedgerFile(files_, holders_), files_.database, [this] { noteSuspicion(files_); }),
      identity_(fileIdentity(files_.database)),
      holder_(swept(holders_)),
      holds_(connection_, holder_, holders_, std::move(world)) {}

void Ledger::checkPlace() const {
  if (fileIdentity(files_.database) == identity_) return;
  throw LedgerError("ledger-replaced", files_.database + ": expected the file that was opened, got another one or none",
                    "open the ledger again: another process found it damaged and rebuilt it, or somebody removed it");
}

}  // namespace dvdi
