#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dvdi {

/** A capability (capabilities(7)) that mounting needs, and what for. */
struct NeededCapability {
  int bit;
  std::string_view name;
  std::string_view use;
};

/** What of the needed capabilities this process does not have. */
[[nodiscard]] std::vector<NeededCapability> lackingCapabilities();

/** `user id N`. */
[[nodiscard]] std::string whoAmI();

/**
 * Looks before anything is done whether this process may mount.
 * @throws Error `cli-rights`
 */
void requireMountRights();

}  // namespace dvdi
