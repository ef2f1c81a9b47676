#ifndef DVDI_DRIVER_MOUNTPOINT_HPP
#define DVDI_DRIVER_MOUNTPOINT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/directory.hpp"
#include "system/system-error.hpp"

namespace dvdi {

/** Where a driver has mounted a volume, looked at once. It holds nothing open, so nothing keeps the volume busy. */
struct Mountpoint {
  std::string path;
  Identity identity{};
  /** False when it is a plain directory, which a driver without filesystems of its own may well answer. */
  bool isMount = false;
};

/** Why a driver's answer cannot be used: `mountpoint-invalid`, `mountpoint-outside` or `mountpoint-unusable`. */
class MountpointError : public Error {
 public:
  MountpointError(const std::string& code, const std::string& answer, const std::string& expected,
                  std::vector<Error> causes = {});
};

/**
 * Why a driver's text cannot be a mountpoint; nothing when it can. Looks at the text only. A path with a control
 * character is refused, since nobody means it and it would break the line it is sent in.
 */
[[nodiscard]] std::optional<std::string> mountpointFault(std::string_view text);

/**
 * Checks what a driver answered to a mount call: one absolute, normalised path of a directory, not the root, not of the
 * kernel, and under one of the roots that policy names. Where a link on the way may be followed, the place it leads to
 * counts, for the answer as for the roots.
 * @param mountRoots absolute directories; empty for anywhere
 * @throws MountpointError
 */
[[nodiscard]] Mountpoint checkMountpoint(const std::string& answer, const std::vector<std::string>& mountRoots);

/**
 * Opens a mountpoint that was checked before; close it before anybody unmounts it.
 * @throws DirectoryError `directory-replaced` when it is another directory by now
 */
[[nodiscard]] Directory openMountpoint(const Mountpoint& mountpoint);

}  // namespace dvdi

#endif  // DVDI_DRIVER_MOUNTPOINT_HPP
