#ifndef DVDI_ISOLATOR_PREPARING_HPP
#define DVDI_ISOLATOR_PREPARING_HPP

#include <optional>
#include <string>

#include "isolator/isolator-parts.hpp"
#include "isolator/release.hpp"
#include "isolator/volume-steps.hpp"
#include "system/process-record.hpp"

namespace dvdi {

/** A container whose volumes are mounted. */
struct Prepared {
  /** What a runtime is told; the same whenever it asks again: `{container, launch, volumes, findings}`. */
  Json answer;
  Json inspection;
  /** null when it was repeated: nothing was planned. */
  Json plan;
  /** Whether the container was prepared from the same request before, so that nothing was done now. */
  bool isRepeated = false;
};

/** One container to be prepared; its name is held. */
struct Preparation {
  VolumeSource source;
  Json inspection;
  std::string requestHash;
  std::optional<ProcessRecord> process;
};

/**
 * Mounts what a document asks for: all of it, or nothing. Two changes of the ledger frame it: the intent before any
 * act, the answer when everything is there.
 * @throws RefusedError, ContainerConflictError nothing was done
 * @throws PlanFailedError a step failed; what was done is undone, but what the error names
 */
[[nodiscard]] Prepared prepareContainer(const IsolatorParts& parts, Releases& releases,
                                        const Preparation& preparation);

/**
 * Tells one request from another, so that the same one gets the same answer and another one is a conflict. Each part
 * stands behind its length: no two requests run into the same bytes.
 */
[[nodiscard]] std::string requestHash(std::int32_t kind, const std::string& policy, const std::string& document);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_PREPARING_HPP
