#ifndef DVDI_ISOLATOR_RECOVERING_HPP
#define DVDI_ISOLATOR_RECOVERING_HPP

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "isolator/isolator-parts.hpp"
#include "isolator/release.hpp"

namespace dvdi {

struct RecoverOptions {
  /** Containers that the runtime says are running. */
  std::vector<std::string> running;
  /** Containers that the runtime knows and will clean up itself soon. */
  std::vector<std::string> orphans;
  /**
   * Only these can be found to be gone; any other was not in the ledger when the runtime was asked, and is kept.
   * Without it no container may be prepared between the moment the runtime is asked and the call.
   */
  std::optional<std::set<std::string>> judged = std::nullopt;
  /** Says what would be done, and does nothing. */
  bool isDryRun = false;
};

/** What was planned, and which steps of it failed. */
struct Recovery {
  Json plan;
  std::vector<StepError> failures;
};

/**
 * Brings the ledger and the machine together after a restart: containers that are gone are forgotten, volumes that
 * nobody uses are released, directories that nobody needs are removed. Every step can be repeated, so that a recover
 * that is killed is finished by the next one.
 * @throws LedgerError, Error `core-fault`; a volume that cannot be released is a failure among others
 */
[[nodiscard]] Recovery recoverContainers(const IsolatorParts& parts, Releases& releases,
                                         const RecoverOptions& options);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_RECOVERING_HPP
