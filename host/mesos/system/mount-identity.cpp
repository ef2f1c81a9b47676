#include "system/mount-identity.hpp"

#include "system/directory-walk.hpp"
#include "system/mount-error.hpp"

namespace dvdi {

MountIdentity identifyMount(const Directory& directory) {
  const std::int64_t mountId = mountIdOf(directory.fd());
  const MountTable table = readMountTable();
  const MountEntry* entry = table.byId(mountId);
  if (entry == nullptr) {
    throw MountError(MountFault::missing, directory.path(),
                     "expected its mount " + std::to_string(mountId) + " in the mount table, got none");
  }
  return {{mountId, entry->device}, entry->mountpoint, isMountRoot(directory)};
}

MountIdentity identifyMount(const std::string& path) { return identifyMount(walk({FromRoot{}, path})); }

}  // namespace dvdi
