#ifndef DVDI_LEDGER_OPENING_HPP
#define DVDI_LEDGER_OPENING_HPP

#include "ledger/database.hpp"
#include "ledger/holder.hpp"
#include "ledger/ledger-files.hpp"

namespace dvdi {

/**
 * Opens the ledger of a state directory, one opener at a time, and makes it where there is none. A damaged one is left
 * exactly as it is and refused: the Node host sets it aside and rebuilds it (docs/ledger.md, "Damage").
 * @throws LedgerError
 */
[[nodiscard]] Database openLedgerFile(const LedgerFiles& files, const HolderDirectory& holders);

}  // namespace dvdi

#endif  // DVDI_LEDGER_OPENING_HPP
