#ifndef DVDI_ISOLATOR_RELEASE_RUNNER_HPP
#define DVDI_ISOLATOR_RELEASE_RUNNER_HPP

#include <functional>
#include <string>
#include <vector>

#include "isolator/executor.hpp"
#include "isolator/isolator-parts.hpp"
#include "isolator/release.hpp"

namespace dvdi {

/** What a `cleanup` or a `recover` does of its steps, which have no undo. */
struct ReleaseActs {
  /** Releases a volume unless it is in use. */
  std::function<Release(const VolumeId&)> release;
  /** Drops a container from the ledger. */
  std::function<void(const std::string& container)> forget;
};

/**
 * Does the steps of a `cleanup` or a `recover`, and gives the failures.
 * @param container whose cleanup it is; nothing in a recover
 */
[[nodiscard]] std::vector<StepError> performReleases(const IsolatorParts& parts, const Json& steps,
                                                     const std::optional<std::string>& container,
                                                     const ReleaseActs& acts, OnFailure onFailure);

/** What a container leaves that nobody else claims at the moment it is forgotten. */
struct Leftovers {
  std::vector<VolumeId> volumes;
  /** Directories that the isolator made, the deepest first. */
  std::vector<std::string> directories;
};

/**
 * Drops a container and its claims. Others that shared something with it may have gone since its plan was made, and
 * have left it to this one: so what it leaves is seen in the same step.
 */
[[nodiscard]] Leftovers forgetContainer(LedgerWriter& rows, const std::string& container);

/** Removes directories one after the other, and tells each as a step of the container. */
[[nodiscard]] std::vector<StepError> removeDirectories(const IsolatorParts& parts, const std::string& container,
                                                       const std::vector<std::string>& paths, std::size_t firstId);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_RELEASE_RUNNER_HPP
