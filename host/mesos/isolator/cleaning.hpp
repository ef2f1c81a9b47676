#ifndef DVDI_ISOLATOR_CLEANING_HPP
#define DVDI_ISOLATOR_CLEANING_HPP

#include <string>

#include "isolator/isolator-parts.hpp"
#include "isolator/release.hpp"

namespace dvdi {

/**
 * Releases what a container holds, its name being held. Whatever fails, the container holds nothing any more, and each
 * volume that could not be released is a volume without a user, which is tried again.
 * @returns the plan
 * @throws RefusedError the id of the container cannot be one
 * @throws PlanFailedError some step failed; all others were done
 */
Json cleanContainer(const IsolatorParts& parts, Releases& releases, const std::string& container);

/** Tells that a plan is about to be carried out. */
void tellPlanned(const IsolatorParts& parts, const std::string& container, const Json& plan);

/** A list as a line of the log has it: the first 32 of its items. */
[[nodiscard]] Json firstItems(const Json& list);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_CLEANING_HPP
