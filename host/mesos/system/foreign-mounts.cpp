#include "system/foreign-mounts.hpp"

#include <dirent.h>

#include <algorithm>
#include <memory>
#include <set>

#include "system/mount-table.hpp"
#include "system/text-file.hpp"

namespace dvdi {

bool isMountedElsewhere(const std::string& path) {
  std::set<std::string> seen;
  if (const auto own = readLink("/proc/thread-self/ns/mnt")) seen.insert(*own);
  for (const int pid : processIds()) {
    const std::string process = "/proc/" + std::to_string(pid);
    const auto space = readLink(process + "/ns/mnt");
    if (!space || seen.contains(*space)) continue;
    const auto text = readTextFile(process + "/mountinfo");
    if (!text) continue;
    seen.insert(*space);
    const MountTable table = parseMountTable(*text);
    const auto& entries = table.entries();
    const auto isThere = [&](const MountEntry& entry) { return entry.mountpoint == path; };
    if (std::any_of(entries.begin(), entries.end(), isThere)) return true;
  }
  return false;
}

std::vector<int> processIds() {
  std::vector<int> ids;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), &::closedir);
  if (directory == nullptr) return ids;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (!name.empty() && name.find_first_not_of("0123456789") == std::string::npos) ids.push_back(std::stoi(name));
  }
  return ids;
}

}  // namespace dvdi
