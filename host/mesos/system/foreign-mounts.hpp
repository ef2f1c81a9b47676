#ifndef DVDI_SYSTEM_FOREIGN_MOUNTS_HPP
#define DVDI_SYSTEM_FOREIGN_MOUNTS_HPP

#include <string>
#include <vector>

namespace dvdi {

/**
 * Whether something is mounted on a path in the mount namespace of any other process. Each namespace is looked at once;
 * processes that end meanwhile, or that we may not ask, have no say.
 * @param path absolute, without links
 */
[[nodiscard]] bool isMountedElsewhere(const std::string& path);

/** The ids of all processes that /proc shows. */
[[nodiscard]] std::vector<int> processIds();

}  // namespace dvdi

#endif  // DVDI_SYSTEM_FOREIGN_MOUNTS_HPP
