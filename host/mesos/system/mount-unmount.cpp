#include "system/mount-unmount.hpp"

#include <sys/mount.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "system/deadline.hpp"
#include "system/directory-walk.hpp"
#include "system/mount-error.hpp"

namespace dvdi {

namespace {

std::optional<Directory> walkUnlessMissing(const Place& place) {
  try {
    return walk(place);
  } catch (const DirectoryError& error) {
    if (error.fault() == DirectoryFault::missing) return std::nullopt;
    throw;
  }
}

/** The id of the topmost mount on an entry of a directory; nothing when nothing is mounted there. */
std::optional<std::int64_t> mountIdOn(const Directory& parent, const std::string& name) {
  const auto directory = walkUnlessMissing({&parent, "/" + name});
  if (!directory) return std::nullopt;
  const std::int64_t mountId = mountIdOf(directory->fd());
  if (mountId == mountIdOf(parent.fd())) return std::nullopt;
  return mountId;
}

/** Ids are given again after an unmount, so that the device has its say too. */
bool isOnDevice(const MountKey& key) {
  const MountTable table = readMountTable();
  const MountEntry* entry = table.byId(key.mountId);
  return entry != nullptr && entry->device == key.device;
}

/** Writing back may take long, and the kernel cannot be called back: it goes on behind a caller who gave up. */
void callUnmount(const std::string& path, std::shared_ptr<const Directory> parent, const std::string& name,
                 std::chrono::milliseconds timeout) {
  const auto act = [parent = std::move(parent), name] {
    const std::string target = parent->self() + "/" + name;
    return ::umount2(target.c_str(), UMOUNT_NOFOLLOW) == 0 ? 0 : errno;
  };
  const int number = withDeadline(timeout, act, [&] {
    throw MountError(MountFault::refused, path,
                     "expected the unmount to end within " + std::to_string(timeout.count()) + " ms, it goes on");
  });
  if (number == 0) return;
  const MountFault fault = number == EBUSY ? MountFault::busy : MountFault::refused;
  throw MountError(fault, path, "expected the unmount to succeed, the kernel said: " + errnoName(number),
                   {systemError("umount2", number)});
}

}  // namespace

UnmountOutcome unmountLayer(const std::string& path, const MountKey& expected, std::chrono::milliseconds timeout) {
  const auto [parentPath, name] = splitPath(path);
  auto walked = walkUnlessMissing({FromRoot{}, parentPath});
  if (!walked) return UnmountOutcome::missing;
  const auto parent = std::make_shared<const Directory>(std::move(*walked));
  const auto mountId = mountIdOn(*parent, name);
  if (!mountId) return UnmountOutcome::missing;
  if (*mountId != expected.mountId || !isOnDevice(expected)) return UnmountOutcome::replaced;
  if (!parent->isOnlyRoots()) {
    throw MountError(MountFault::exposed, path,
                     "expected a mountpoint whose parent directory only root may write to");
  }
  callUnmount(path, parent, name, timeout);
  if (mountIdOn(*parent, name) == expected.mountId) {
    throw MountError(MountFault::unverified, path,
                     "expected the mount to be gone, another one was on top and went");
  }
  return UnmountOutcome::unmounted;
}

}  // namespace dvdi
