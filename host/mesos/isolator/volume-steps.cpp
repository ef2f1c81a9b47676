#include "isolator/volume-steps.hpp"

#include <algorithm>
#include <utility>

#include "isolator/mount-look.hpp"
#include "system/deadline.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

using std::chrono::milliseconds;

int idOf(const Json& step) { return step.at("id").get<int>(); }

VolumeId volumeOf(const Json& step) { return volumeIdFrom(step.at("volume")); }

milliseconds timeoutOf(const Json& step) { return milliseconds(step.at("timeoutMs").get<std::int64_t>()); }

Mountpoint checkInTime(const std::string& path, const std::vector<std::string>& mountRoots) {
  return lookInTime("looking at the mountpoint " + inQuotes(path),
                    [path, mountRoots] { return checkMountpoint(path, mountRoots); });
}

/** What the ledger knows of a mount that is not there any more would name another one some day. */
VolumeRecord withoutVanished(VolumeRecord row, const std::vector<LedgerVolume>& seen) {
  const auto found =
      std::find_if(seen.begin(), seen.end(), [&](const LedgerVolume& volume) { return volume.id == row.id; });
  const bool isGone = found != seen.end() && found->presence && *found->presence != MountPresence::present;
  if (isGone) {
    row.mount.reset();
    row.mountpoint.reset();
  }
  return row;
}

Json rowsOf(const std::vector<LedgerVolume>& volumes) {
  Json rows = Json::array();
  for (const LedgerVolume& volume : volumes) rows.push_back(toJson(volume));
  return rows;
}

}  // namespace

std::vector<VolumeId> volumeIdsIn(const Json& requests) {
  std::vector<VolumeId> ids;
  for (const Json& request : requests) ids.push_back(volumeIdFrom(request));
  return ids;
}

VolumeSteps::VolumeSteps(IsolatorParts parts, Releases& releases, const VolumeSource& source)
    : parts_(parts), releases_(releases), source_(source) {}

Mountpoint VolumeSteps::mountpointOf(int step) {
  const std::scoped_lock lock(mutex_);
  const auto found = mountpoints_.find(step);
  if (found == mountpoints_.end()) {
    throw defect("expected step " + std::to_string(step) + " to have yielded a mountpoint");
  }
  return found->second;
}

bool VolumeSteps::hasActed(const Json& step) {
  const std::scoped_lock lock(mutex_);
  return acted_.contains(idOf(step));
}

bool VolumeSteps::takesOwner(int volumeStep) {
  const std::scoped_lock lock(mutex_);
  const auto plan = replanned_.find(volumeStep);
  if (plan == replanned_.end()) return true;
  const Json& steps = plan->second.at("steps");
  return std::any_of(steps.begin(), steps.end(), [&](const Json& step) {
    return step.at("action") == "matchOwner" && step.at("volume") == volumeStep;
  });
}

Mountpoint VolumeSteps::mount(const Json& planned) {
  const VolumeId volume = volumeOf(planned);
  const Hold held = parts_.ledger.hold(volumeKey(volume), {timeoutOf(planned), source_.stop});
  if (source_.stop.stop_requested()) throw StoppedError("mounting " + inQuotes(volume.name));
  Confirmation confirmed = confirm(planned);
  if (confirmed.step.at("action") == "reuseVolume") {
    {
      const std::scoped_lock lock(mutex_);
      replanned_.insert_or_assign(idOf(planned), std::move(confirmed.plan));
    }
    return reuse(confirmed.step);
  }
  return mountHeld(confirmed.step, confirmed.row);
}

Mountpoint VolumeSteps::reuse(const Json& step) {
  return keep(step, checkInTime(step.at("mountpoint").get<std::string>(), {}));
}

void VolumeSteps::undo(const Json& step) {
  const VolumeId volume = volumeOf(step);
  parts_.ledger.change([&](LedgerWriter& rows) { rows.dropClaim(source_.container, volume); });
  const Release release = releases_.release(volume, {source_.container});
  if (release.outcome == Release::Outcome::failed) throw Error(*release.error);
  const std::scoped_lock lock(mutex_);
  mountpoints_.erase(idOf(step));
  acted_.erase(idOf(step));
}

/** Asks the core again, and notes the intent to mount when that is what is to be done. */
VolumeSteps::Confirmation VolumeSteps::confirm(const Json& planned) {
  const VolumeId volume = volumeOf(planned);
  const std::string& container = source_.container;
  // The other volumes have steps of their own, which look for themselves.
  const Presences presences = lookAtVolumes(
      parts_.ledger.read([&](LedgerReader& rows) { return rows.volumesLike({volume}, container); }));
  return parts_.ledger.change([&](LedgerWriter& rows) {
    std::vector<LedgerVolume> volumes = rows.volumesLike(volumeIdsIn(source_.requests), container);
    notePresences(volumes, presences);
    Confirmation found;
    found.plan = parts_.core.prepare(
        {{"container", container}, {"kind", source_.kind}, {"ledger", {{"volumes", rowsOf(volumes)}}}},
        source_.document);
    if (isDenied(found.plan)) throw RefusedError("the document", found.plan.at("findings"), source_.requests);
    for (const Json& step : found.plan.at("steps")) {
      if (step.at("id") == planned.at("id")) found.step = step;
    }
    auto row = rows.volume(volume);
    const std::string action = found.step.is_object() ? found.step.at("action").get<std::string>() : "";
    if ((action != "mountVolume" && action != "reuseVolume") || !row) {
      throw defect("expected step " + std::to_string(idOf(planned)) + " to be about the volume " +
                   inQuotes(volume.name) + " again");
    }
    found.row = withoutVanished(std::move(*row), volumes);
    if (action == "mountVolume") {
      VolumeNote note{VolumeState::intended, found.row.mountpoint, found.row.mount};
      note.options = optionsFrom(found.step.at("options"));
      note.transport = transportFrom(found.step.at("transport"));
      rows.noteVolume(volume, note);
    }
    return found;
  });
}

Mountpoint VolumeSteps::mountHeld(const Json& step, const VolumeRecord& row) {
  {
    const std::scoped_lock lock(mutex_);
    acted_.insert(idOf(step));
  }
  const bool isClean = !step.at("releaseFirst").get<bool>() || releaseFirst(step, row);
  const MountTable before = readMountTable();
  MountCall call;
  call.volume = volumeOf(step);
  call.timeout = timeoutOf(step);
  call.stop = source_.stop;
  call.options = optionsFrom(step.at("options"));
  call.mayCreate = step.at("create").get<bool>();
  std::string answer;
  try {
    answer = parts_.drivers.mount(transportFrom(step.at("transport")), {source_.container, call.options}, call);
  } catch (const DriverError& error) {
    // Only a driver that says so itself has surely done nothing.
    const bool isUntouched = isClean && !error.isUncertain();
    noteFailure(step, isUntouched ? VolumeNote{VolumeState::released}
                                  : VolumeNote{VolumeState::uncertain, row.mountpoint, row.mount});
    throw;
  } catch (...) {
    noteFailure(step, {VolumeState::uncertain, row.mountpoint, row.mount});
    throw;
  }
  try {
    return accept(step, answer, row, before);
  } catch (const Error& error) {
    VolumeNote note{VolumeState::uncertain, row.mountpoint, row.mount};
    if (error.code() != "mountpoint-taken") {
      note.mount.reset();
      try {
        note.mount = findOwnMount(answer, before, row.mount);
      } catch (const Error&) {
        // What cannot be looked at is nobody's to take away: only the driver unmounts it.
      }
    }
    noteFailure(step, note);
    throw secretFree(error, call.options);
  }
}

/** Checks what the driver answered, and notes where the volume is. */
Mountpoint VolumeSteps::accept(const Json& step, const std::string& answer, const VolumeRecord& row,
                               const MountTable& before) {
  const VolumeId volume = volumeOf(step);
  const Mountpoint mountpoint = checkInTime(answer, step.at("mountRoots").get<std::vector<std::string>>());
  const auto mount = findOwnMount(answer, before, row.mount);
  parts_.ledger.change([&](LedgerWriter& rows) {
    if (const auto owner = ownerOf(rows, mountpoint.path, mount, volume)) {
      throw VolumeError("mountpoint-taken", "expected a mountpoint of its own for the volume " +
                                                inQuotes(volume.name) + ", got " + inQuotes(mountpoint.path) +
                                                ", where the volume " + inQuotes(owner->name) + " of " +
                                                inQuotes(owner->driver) + " is");
    }
    rows.noteVolume(volume, {VolumeState::mounted, mountpoint.path, mount});
  });
  return keep(step, mountpoint);
}

/**
 * Has the driver let go of what it may still count as mounted. That this fails is no failure, unless a mount of ours is
 * left: a second one on top of it would hide it from every later look.
 * @returns whether the driver surely has nothing of the volume mounted any more
 */
bool VolumeSteps::releaseFirst(const Json& step, const VolumeRecord& row) {
  const Unmounted unmounted =
      releases_.unmount(row, row.mount, row.transport, timeoutOf(step), source_.container);
  if (unmounted.outcome == Unmounted::Outcome::gone) return true;
  if (row.mount && (unmounted.outcome == Unmounted::Outcome::mounted || unmounted.isLeft)) {
    throw VolumeError("mount-left",
                      "expected the earlier mount of the volume " + inQuotes(row.id.name) +
                          " to be gone before it is mounted again",
                      {*unmounted.error});
  }
  return false;
}

void VolumeSteps::noteFailure(const Json& step, const VolumeNote& note) {
  const VolumeId volume = volumeOf(step);
  parts_.ledger.change([&](LedgerWriter& rows) { rows.noteVolume(volume, note); });
  if (note.state != VolumeState::released) return;
  const std::scoped_lock lock(mutex_);
  acted_.erase(idOf(step));
}

Mountpoint VolumeSteps::keep(const Json& step, Mountpoint mountpoint) {
  const std::scoped_lock lock(mutex_);
  mountpoints_.insert_or_assign(idOf(step), mountpoint);
  return mountpoint;
}

}  // namespace dvdi
