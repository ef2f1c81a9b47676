#ifndef DVDI_ISOLATOR_PREPARE_ANSWER_HPP
#define DVDI_ISOLATOR_PREPARE_ANSWER_HPP

#include <functional>

#include "documents/json.hpp"
#include "driver/mountpoint.hpp"

namespace dvdi {

/**
 * Puts together what was decided and what the steps have yielded: what `prepare` says, and what the ledger keeps of it.
 * No option of a volume is in it, nor a secret. Field by field that of the Node host, since either may repeat it.
 */
[[nodiscard]] Json prepareAnswer(const Json& plan, const std::function<Mountpoint(int step)>& mountpointOf);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_PREPARE_ANSWER_HPP
