#include "isolator/volume-unmount.hpp"

#include <vector>

#include "isolator/isolator-error.hpp"
#include "isolator/mount-look.hpp"
#include "system/directory-walk.hpp"
#include "system/mount-unmount.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

using Outcome = Unmounted::Outcome;

/** What the driver said last; nothing for yes. */
struct Said {
  std::optional<Error> error;
  /** Only a driver that says so itself has surely done nothing. */
  bool isCertain = false;
  bool isLate = false;
};

struct Look {
  /** How many mounts there are where ours is, those of others on top of it too. */
  std::size_t count = 0;
  std::vector<MountKey> own;
};

Look lookAt(const std::optional<LedgerMount>& mount) {
  Look look;
  if (!mount) return look;
  const MountTable table = readMountTable();
  look.count = table.layersAt(mount->path).size();
  for (const MountEntry* layer : ownLayers(table, *mount)) look.own.push_back({layer->id, layer->device});
  return look;
}

Said ask(const Unmounting& unmounting) {
  try {
    unmounting.unmount();
    return {};
  } catch (const DriverError& error) {
    return {error, !error.isUncertain(), error.fault() == DriverFault::timeout};
  } catch (const Error& error) {
    return {error};
  }
}

/** Whether there is a mount at a place, or right above it, where some drivers keep their folder for data. */
bool isMountedAt(const std::string& place) {
  const MountTable table = readMountTable();
  const std::string above = parentOf(place);
  return table.at(place) != nullptr || (above != "/" && table.at(above) != nullptr);
}

/** Takes away what the driver left, from the top. */
Unmounted finish(const Unmounting& unmounting, const std::vector<MountKey>& layers) {
  const auto& mount = unmounting.mount;
  if (!mount || layers.empty() || unmounting.isShared()) return {};
  std::vector<Error> causes;
  try {
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      if (unmountLayer(mount->path, *layer, unmounting.timeout) == UnmountOutcome::replaced) break;
    }
  } catch (const Error& error) {
    causes.push_back(error);
  }
  const std::size_t left = lookAt(mount).own.size();
  if (left == 0) return {};
  const std::string got =
      (left == 1 ? "its mount" : std::to_string(left) + " mounts") + (" at " + inQuotes(mount->path));
  const std::string why =
      causes.empty() ? "something else is mounted over it" : "it could not be unmounted without the driver";
  const std::string what = "expected nothing to be left of the volume " + inQuotes(unmounting.volume.name);
  return {Outcome::unknown, VolumeError("unmount-without-effect", what + ", got " + got + "; " + why, causes), true};
}

}  // namespace

Unmounted unmountVolume(const Unmounting& unmounting) {
  const auto& mount = unmounting.mount;
  Look before = lookAt(mount);
  Said said;
  Look after;
  for (;;) {
    said = ask(unmounting);
    after = lookAt(mount);
    if (after.own.empty() || after.count >= before.count || said.isLate) break;
    before = after;
  }
  if (!said.error) return finish(unmounting, after.own);
  const bool isLeft = !after.own.empty();
  const Unmounted unknown{Outcome::unknown, said.error, isLeft};
  const Unmounted asItWas{said.isCertain ? Outcome::mounted : Outcome::unknown, said.error, isLeft};
  if (said.isLate) return unknown;
  std::optional<std::string> place;
  try {
    place = unmounting.mountpointOf();
  } catch (const Error&) {
    // Why it does not unmount tells more than why it does not say where the volume is.
    return isLeft || (!mount && unmounting.mountpoint) ? asItWas : unknown;
  }
  if (!place) return finish(unmounting, after.own);
  if (isLeft || (!mount && place == unmounting.mountpoint)) return asItWas;
  return isMountedAt(*place) ? unknown : Unmounted{};
}

}  // namespace dvdi
