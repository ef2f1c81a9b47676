#include "system/mount-bind.hpp"

#include <fcntl.h>
#include <sys/mount.h>

#include <array>
#include <cerrno>
#include <utility>

#include "system/kernel-feature.hpp"
#include "system/mount-table.hpp"

namespace dvdi {

namespace {

[[noreturn]] void refuse(const std::string& path, const char* call, int number) {
  throw MountError(MountFault::refused, path,
                   std::string("expected ") + call + " to succeed, the kernel said: " + errnoName(number),
                   {systemError(call, number)});
}

/** @returns false when the kernel lacks a call, and nothing was done */
bool bindByTree(const Bind& bind, const Directory& under) {
  const unsigned deep = bind.isRecursive ? AT_RECURSIVE : 0U;
  const UniqueFd tree(::open_tree(bind.source.fd(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | deep));
  // EPERM is no sign of a missing call here: it is also what somebody without the right to mount gets.
  if (!tree.isOpen() && errno == ENOSYS) {
    noteMissing(KernelFeature::mountTree, errno);
    return false;
  }
  if (!tree.isOpen()) refuse(bind.source.path(), "open_tree", errno);
  if (bind.isReadOnly) {
    mount_attr attributes{};
    attributes.attr_set = MOUNT_ATTR_RDONLY;
    if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | deep, &attributes, sizeof attributes) != 0) {
      if (errno != ENOSYS) refuse(bind.source.path(), "mount_setattr", errno);
      noteMissing(KernelFeature::mountTree, errno);
      return false;
    }
  }
  if (::move_mount(tree.get(), "", under.fd(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    refuse(under.path(), "move_mount", errno);
  }
  return true;
}

/** Flags of a mount that a remount would drop when they are not given again: mount(2), MS_REMOUNT with MS_BIND. */
constexpr std::array<std::pair<const char*, unsigned long>, 7> keptFlags = {{
    {"nosuid", MS_NOSUID},
    {"nodev", MS_NODEV},
    {"noexec", MS_NOEXEC},
    {"noatime", MS_NOATIME},
    {"nodiratime", MS_NODIRATIME},
    {"relatime", MS_RELATIME},
    {"nosymfollow", MS_NOSYMFOLLOW},
}};

void remountReadOnly(const Directory& directory, const MountEntry& entry) {
  unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
  for (const auto& [name, flag] : keptFlags) {
    if (entry.hasOption(name)) flags |= flag;
  }
  if (::mount("none", directory.self().c_str(), nullptr, flags, nullptr) != 0) {
    refuse(entry.mountpoint, "mount", errno);
  }
}

/** Read-only is a flag of each single mount, and a recursive bind copies the flags of what lies below. */
void makeTreeReadOnly(const Directory& root, const MountEntry& entry, const MountTable& table) {
  remountReadOnly(root, entry);
  for (const MountEntry* below : table.descendantsOf(entry)) {
    // Where two are stacked, only the upper one can be reached; the walk then ends on another mount than this one.
    if (table.at(below->mountpoint) != below) {
      throw MountError(MountFault::hidden, below->mountpoint,
                       "a mount lies hidden here, so it cannot be made read-only");
    }
    const Directory directory = walk({&root, below->mountpoint.substr(entry.mountpoint.size())});
    if (mountIdOf(directory.fd()) != below->id) {
      throw MountError(MountFault::unverified, below->mountpoint, "expected the mount seen a moment ago, got another");
    }
    remountReadOnly(directory, *below);
  }
}

/** Looks at the table once more: a mount that propagated in meanwhile would be writable. */
void verifyReadOnly(std::int64_t mountId, const std::string& path) {
  const MountTable table = readMountTable();
  const MountEntry* root = table.byId(mountId);
  const MountEntry* writable = root != nullptr && root->hasOption("ro") ? nullptr : root;
  if (root != nullptr && writable == nullptr) {
    for (const MountEntry* below : table.descendantsOf(*root)) {
      if (!below->hasOption("ro")) writable = below;
    }
  }
  if (root == nullptr || writable != nullptr) {
    throw MountError(MountFault::unverified, writable == nullptr ? path : writable->mountpoint,
                     "expected a read-only mount, got a writable one");
  }
}

void bindByMount(const Bind& bind, const Directory& under) {
  unsigned long flags = MS_BIND;
  if (bind.isRecursive) flags |= MS_REC;
  if (::mount(bind.source.self().c_str(), under.self().c_str(), nullptr, flags, nullptr) != 0) {
    refuse(under.path(), "mount", errno);
  }
}

}  // namespace

void bindDirectory(const Bind& bind) {
  const Directory under = walk(bind.target);
  const std::int64_t parentId = mountIdOf(under.fd());
  const bool isWhole = hasFeature(KernelFeature::mountTree) && bindByTree(bind, under);
  if (!isWhole) bindByMount(bind, under);
  const Directory made = walk(bind.target);
  const MountTable table = readMountTable();
  const MountEntry* entry = table.byId(mountIdOf(made.fd()));
  if (entry == nullptr || entry->parentId != parentId || made.identity() != bind.source.identity()) {
    throw MountError(MountFault::unverified, under.path(), "expected the new mount at this path, got something else");
  }
  if (!bind.isReadOnly) return;
  if (!isWhole) makeTreeReadOnly(made, *entry, table);
  verifyReadOnly(entry->id, entry->mountpoint);
}

}  // namespace dvdi
