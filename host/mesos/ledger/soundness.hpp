#ifndef DVDI_LEDGER_SOUNDNESS_HPP
#define DVDI_LEDGER_SOUNDNESS_HPP

#include <optional>
#include <string>

#include "ledger/database.hpp"
#include "ledger/ledger-files.hpp"

namespace dvdi {

/**
 * What is wrong with the file of a ledger; nothing when nothing is. Reads only: what is damaged stays as it is.
 * @param isInUse whether somebody has it open now: then it was checked when they opened it
 * @throws LedgerError when it cannot be looked at, was written by a newer version or is another program's
 */
[[nodiscard]] std::optional<std::string> findDamage(const LedgerFiles& files, bool isInUse);

/** @throws LedgerError `ledger-newer`. @returns the version that it has */
std::int64_t refuseNewer(Database& database, const std::string& place);

}  // namespace dvdi

#endif  // DVDI_LEDGER_SOUNDNESS_HPP
