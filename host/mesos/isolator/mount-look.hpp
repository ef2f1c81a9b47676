#ifndef DVDI_ISOLATOR_MOUNT_LOOK_HPP
#define DVDI_ISOLATOR_MOUNT_LOOK_HPP

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger-reader.hpp"
#include "system/mount-table.hpp"

namespace dvdi {

/** What was seen of some volumes, to be put into their rows once these are read again. */
struct Presence {
  LedgerVolume row;
  MountPresence presence;
};
using Presences = std::map<VolumeId, Presence>;

/**
 * Looks where mounted volumes are said to be. Nothing is locked: a row that has changed meanwhile is not told what was
 * seen of the old one.
 */
[[nodiscard]] Presences lookAtVolumes(const std::vector<LedgerVolume>& rows);

/** Puts into rows what was seen of them. */
void notePresences(std::vector<LedgerVolume>& rows, const Presences& presences);

/**
 * Whether a mounted volume's mount is where it was. Usually the device at its path tells; the mount table is read only
 * when that does not. Nothing is opened on the mount: an fd, be it for a moment, would make somebody's unmount fail.
 */
[[nodiscard]] MountPresence presenceOf(const std::optional<LedgerMount>& mount,
                                       const std::optional<std::string>& mountpoint);

/** The same by the mount table alone, for many volumes at once. */
[[nodiscard]] MountPresence presenceIn(const MountTable& table, const LedgerMount& mount);

/**
 * The mount that a driver made for a volume: the one that its mountpoint is on, if it was not in the mount table before
 * the driver was asked, or is the one that the ledger knows of this volume already. Any other was there before: a
 * driver of plain directories, or one that lies. Then there is none, and only the driver unmounts.
 * @param path the mountpoint, checked already
 * @throws DirectoryError, MountError, DeadlineError
 */
[[nodiscard]] std::optional<LedgerMount> findOwnMount(const std::string& path, const MountTable& before,
                                                      const std::optional<LedgerMount>& known);

/**
 * The other live volume that a mountpoint belongs to: one that is mounted there or has its mount there, or whose
 * mountpoint this one lies under.
 */
[[nodiscard]] std::optional<VolumeId> ownerOf(const LedgerReader& rows, const std::string& path,
                                              const std::optional<LedgerMount>& mount, const VolumeId& volume);

/** What is mounted where the mounts of some volumes should be: a list of `{path, id, device}` for the core. */
[[nodiscard]] Json recoverMounts(const std::vector<std::optional<LedgerMount>>& mounts);

/** Mounts on the same path that are the one meant, or of its device: the same filesystem, mounted once more. */
[[nodiscard]] std::vector<const MountEntry*> ownLayers(const MountTable& table, const LedgerMount& mount);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_MOUNT_LOOK_HPP
