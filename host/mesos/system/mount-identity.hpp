#ifndef DVDI_SYSTEM_MOUNT_IDENTITY_HPP
#define DVDI_SYSTEM_MOUNT_IDENTITY_HPP

#include <cstdint>
#include <string>

#include "system/directory.hpp"
#include "system/mount-table.hpp"

namespace dvdi {

/**
 * What names one mount, until it is unmounted: ids are given to others afterwards, so that who writes one down keeps
 * the device (and the boot id) with it.
 */
struct MountKey {
  std::int64_t mountId;
  /** `major:minor` of the filesystem. */
  std::string device;
};

/** The mount that a directory is on. */
struct MountIdentity {
  MountKey key;
  std::string mountpoint;
  /** Whether the directory is where the mount begins; else it lies somewhere below. */
  bool isRoot;
};

/**
 * The mount that an open directory is on, found by its fd: neither hidden nor stacked mounts deceive.
 * @throws MountError `mount-missing` when the mount was detached, or is of another mount namespace
 */
[[nodiscard]] MountIdentity identifyMount(const Directory& directory);

/** The same of an absolute, normalised path, walked as `walk` does. @throws DirectoryError, MountError */
[[nodiscard]] MountIdentity identifyMount(const std::string& path);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MOUNT_IDENTITY_HPP
