#ifndef DVDI_ISOLATOR_DEAD_WORK_HPP
#define DVDI_ISOLATOR_DEAD_WORK_HPP

#include "ledger/ledger.hpp"

namespace dvdi {

/**
 * Ends what an isolator that died has left running, above all a dvdcli that would go on mounting behind our back: all
 * that it had started for the volume whose name is taken over, unless the ledger says that the volume is mounted. No
 * call was at work then, and what such a call has left behind may be the server of the volume's filesystem.
 * @throws LedgerError `ledger-busy` when some of it cannot be ended: the name is not given away then
 */
void endWork(Ledger& ledger, const DeadHold& dead);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_DEAD_WORK_HPP
