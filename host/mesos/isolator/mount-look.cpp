#include "isolator/mount-look.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "system/boot-id.hpp"
#include "system/deadline.hpp"
#include "system/directory-walk.hpp"
#include "system/mount-identity.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** Past this the mount table is asked, which no filesystem can make wait. */
constexpr std::chrono::milliseconds presenceTimeout{2'000};

struct Devices {
  std::string own;
  std::string parent;
};

/** The devices of an entry and of the directory that it is in; nothing when nothing is there. */
std::optional<Devices> devicesAt(const std::string& path) {
  const auto [parentPath, name] = splitPath(path);
  const Directory parent = walk({FromRoot{}, parentPath});
  struct stat found {};
  if (::fstatat(parent.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0) {
    return Devices{deviceText(found.st_dev), deviceText(parent.status().st_dev)};
  }
  if (errno == ENOENT) return std::nullopt;
  throw systemError("lstat", errno);
}

}  // namespace

Presences lookAtVolumes(const std::vector<LedgerVolume>& rows) {
  Presences seen;
  for (const LedgerVolume& row : rows) {
    if (row.state != VolumeState::mounted) continue;
    seen.insert_or_assign(row.id, Presence{row, presenceOf(row.mount, row.mountpoint)});
  }
  return seen;
}

void notePresences(std::vector<LedgerVolume>& rows, const Presences& presences) {
  for (LedgerVolume& row : rows) {
    const auto seen = presences.find(row.id);
    if (seen == presences.end()) continue;
    const LedgerVolume& before = seen->second.row;
    const bool isSame =
        before.state == row.state && before.mountpoint == row.mountpoint && before.mount == row.mount;
    if (isSame) row.presence = seen->second.presence;
  }
}

MountPresence presenceOf(const std::optional<LedgerMount>& mount, const std::optional<std::string>& mountpoint) {
  const std::optional<std::string> path = mount ? std::optional(mount->path) : mountpoint;
  if (!path || (mount && mount->boot != bootId())) return MountPresence::missing;
  try {
    const auto devices =
        lookInTime("looking at " + inQuotes(*path), [path = *path] { return devicesAt(path); }, presenceTimeout);
    if (!mount) return devices ? MountPresence::present : MountPresence::missing;
    if (devices && devices->own == mount->device && devices->own != devices->parent) return MountPresence::present;
  } catch (const DirectoryError&) {
    if (!mount) return MountPresence::missing;
  } catch (const Error&) {
    // A filesystem that does not answer is there.
    if (!mount) return MountPresence::present;
  }
  return presenceIn(readMountTable(), *mount);
}

MountPresence presenceIn(const MountTable& table, const LedgerMount& mount) {
  if (mount.boot != bootId()) return MountPresence::missing;
  const auto layers = table.layersAt(mount.path);
  if (layers.empty()) return MountPresence::missing;
  const bool isOurs = layers.back()->id == mount.id && layers.back()->device == mount.device;
  return isOurs ? MountPresence::present : MountPresence::replaced;
}

std::optional<LedgerMount> findOwnMount(const std::string& path, const MountTable& before,
                                        const std::optional<LedgerMount>& known) {
  const MountIdentity found =
      lookInTime("looking at the mountpoint " + inQuotes(path), [path] { return identifyMount(path); });
  if (found.mountpoint == "/") return std::nullopt;
  const LedgerMount mount{found.mountpoint, found.key.mountId, found.key.device, bootId()};
  const bool isKnown = known && known->id == mount.id && known->device == mount.device && known->boot == mount.boot;
  const MountEntry* earlier = before.byId(mount.id);
  // An id is given again at once when its mount is gone.
  const bool isNew = earlier == nullptr || earlier->device != mount.device || earlier->mountpoint != mount.path;
  if (isKnown || isNew) return mount;
  return std::nullopt;
}

std::optional<VolumeId> ownerOf(const LedgerReader& rows, const std::string& path,
                                const std::optional<LedgerMount>& mount, const VolumeId& volume) {
  if (auto owner = rows.volumeAt(path, volume)) return owner;
  if (mount) {
    if (auto owner = rows.volumeAt(mount->path, volume)) return owner;
  }
  for (std::string above = parentOf(path); above != "/"; above = parentOf(above)) {
    const auto other = rows.volumeAt(above, volume);
    if (!other) continue;
    // A mount alone may be a store that several volumes are directories of.
    const auto record = rows.volume(*other);
    if (record && record->mountpoint == above) return other;
  }
  return std::nullopt;
}

Json recoverMounts(const std::vector<std::optional<LedgerMount>>& mounts) {
  std::vector<std::string> paths;
  std::set<std::string> known;
  for (const auto& mount : mounts) {
    if (mount && known.insert(mount->path).second) paths.push_back(mount->path);
  }
  Json lines = Json::array();
  if (paths.empty()) return lines;
  const MountTable table = readMountTable();
  for (const std::string& path : paths) {
    for (const MountEntry* layer : table.layersAt(path)) {
      lines.push_back({{"path", path}, {"id", layer->id}, {"device", layer->device}});
    }
  }
  return lines;
}

std::vector<const MountEntry*> ownLayers(const MountTable& table, const LedgerMount& mount) {
  std::vector<const MountEntry*> own;
  if (mount.boot != bootId()) return own;
  for (const MountEntry* layer : table.layersAt(mount.path)) {
    if (layer->device == mount.device) own.push_back(layer);
  }
  return own;
}

}  // namespace dvdi
