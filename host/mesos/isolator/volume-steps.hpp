#ifndef DVDI_ISOLATOR_VOLUME_STEPS_HPP
#define DVDI_ISOLATOR_VOLUME_STEPS_HPP

#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "driver/mountpoint.hpp"
#include "isolator/isolator-parts.hpp"
#include "isolator/release.hpp"
#include "system/mount-table.hpp"

namespace dvdi {

/** What a container was asked to be prepared from: the same is asked again before each mount. */
struct VolumeSource {
  std::string container;
  std::string document;
  std::int32_t kind = 0;
  /** Of the inspection. */
  Json requests;
  std::stop_token stop = {};
};

/** The volumes that a document asks for, by their exact names. */
[[nodiscard]] std::vector<VolumeId> volumeIdsIn(const Json& requests);

/**
 * Mounts volumes for one container, each while its name is held and no longer. What stands in the plan may be out of
 * date by then: another container may have mounted the volume. So the core is asked again, in the same change that
 * notes the intent.
 */
class VolumeSteps {
 public:
  VolumeSteps(IsolatorParts parts, Releases& releases, const VolumeSource& source);

  /** @throws Error `internal` when the plan refers to a step that yields none: a fault of the core */
  [[nodiscard]] Mountpoint mountpointOf(int step);
  [[nodiscard]] bool hasActed(const Json& step);
  /** Whether the core still wants a volume to take an owner, now that it is known who mounted the volume. */
  [[nodiscard]] bool takesOwner(int volumeStep);
  /** @throws RefusedError, DriverError, MountpointError, VolumeError, LedgerError */
  Mountpoint mount(const Json& planned);
  /**
   * Looks whether a volume that is mounted already still is where the ledger says. It needs no hold: the claim is in
   * the ledger, so that nobody releases the volume.
   */
  Mountpoint reuse(const Json& step);
  /** Gives up the claim, then releases what was mounted, or may have been, unless others claim it by now. */
  void undo(const Json& step);

 private:
  /** What the core says of a step now that the volume's name is held. */
  struct Confirmation {
    Json plan;
    Json step;
    /** The row before the step, and its mount as far as it is still there. */
    VolumeRecord row;
  };

  [[nodiscard]] Confirmation confirm(const Json& planned);
  Mountpoint mountHeld(const Json& step, const VolumeRecord& row);
  Mountpoint accept(const Json& step, const std::string& answer, const VolumeRecord& row, const MountTable& before);
  bool releaseFirst(const Json& step, const VolumeRecord& row);
  void noteFailure(const Json& step, const VolumeNote& note);
  Mountpoint keep(const Json& step, Mountpoint mountpoint);

  IsolatorParts parts_;
  Releases& releases_;
  const VolumeSource& source_;
  std::mutex mutex_;
  std::map<int, Mountpoint> mountpoints_;
  /** Steps whose driver was asked, or is about to be. */
  std::set<int> acted_;
  /** The plan that says to reuse what was planned to be mounted, by step. */
  std::map<int, Json> replanned_;
};

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_VOLUME_STEPS_HPP
