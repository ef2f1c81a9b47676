#ifndef DVDI_SYSTEM_MOUNT_BIND_HPP
#define DVDI_SYSTEM_MOUNT_BIND_HPP

#include "system/directory-walk.hpp"
#include "system/mount-error.hpp"

namespace dvdi {

struct Bind {
  /** What shall be seen at the target; stays the caller's. */
  const Directory& source;
  Place target;
  /** Whether mounts below the source come along. */
  bool isRecursive = true;
  /** With `isRecursive`, every mount that comes along becomes read-only too. */
  bool isReadOnly = false;
};

/**
 * Binds a directory onto another, fd to fd, so that no name counts: neither end can be swapped for a link meanwhile. A
 * copy of the source's mounts is made (open_tree), becomes read-only as a whole when it shall be (mount_setattr), and
 * only then appears at the target (move_mount): nobody ever sees it writable. Where the kernel lacks these calls,
 * mount(2) is used on /proc/self/fd, and each mount is remounted by itself.
 *
 * Afterwards the target is looked up again and must be the very mount that was made; who swaps the target's name just
 * then only makes this fail. What was bound before a failure stays: it is made in a mount namespace that the caller
 * gives up then.
 * @throws DirectoryError, MountError
 */
void bindDirectory(const Bind& bind);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MOUNT_BIND_HPP
