#ifndef DVDI_SYSTEM_MOUNT_UNMOUNT_HPP
#define DVDI_SYSTEM_MOUNT_UNMOUNT_HPP

#include <chrono>
#include <string>

#include "system/mount-identity.hpp"

namespace dvdi {

/** An unmount may have to write back what is dirty. */
inline constexpr std::chrono::milliseconds unmountTimeout{600'000};

/** `replaced`: another mount is on top. `missing`: nothing is mounted there, or nothing is there at all. */
enum class UnmountOutcome { unmounted, replaced, missing };

/**
 * Unmounts the topmost mount at a path, but only if it is the one that is meant.
 *
 * An open fd keeps its mount busy, so that the unmount itself has to go by the mountpoint's name under the fd of its
 * parent. It never follows a link there; but who may write to the parent could move the mountpoint away between the
 * look and the act, so the parent must be root's alone. That something else was hit is noticed and thrown.
 *
 * @param path absolute and normalised
 * @throws DirectoryError, MountError `mount-busy` while it is in use; nothing was done then
 */
[[nodiscard]] UnmountOutcome unmountLayer(const std::string& path, const MountKey& expected,
                                          std::chrono::milliseconds timeout = unmountTimeout);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MOUNT_UNMOUNT_HPP
