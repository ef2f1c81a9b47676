#include "driver/mountpoint.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "system/directory-walk.hpp"
#include "system/mount-table.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** Linux' limit of a path (PATH_MAX, with its final NUL). */
constexpr std::size_t pathMaxBytes = 4095;

/** Filesystems of the kernel and the machine's devices: no volume is there, and owner and mode of it are not ours. */
constexpr std::array<const char*, 3> foreignTrees = {"/proc", "/sys", "/dev"};

constexpr const char* ownDirectory = "a directory of the volume's own, not / and not under /proc, /sys, /dev";

bool isForeign(const std::string& place) {
  return place == "/" || std::any_of(foreignTrees.begin(), foreignTrees.end(),
                                     [&](const char* tree) { return isAtOrUnder(place, tree); });
}

bool isOwnPath(const std::string& answer) {
  try {
    return !segmentsOf(answer).empty() && !hasControlCharacter(answer);
  } catch (const DirectoryError&) {
    return false;
  }
}

Directory openAnswer(const std::string& answer) {
  try {
    return walk({FromRoot{}, answer});
  } catch (const DirectoryError& error) {
    throw MountpointError("mountpoint-unusable", answer, "the path of a directory", {error});
  }
}

/** A root that is not there has nothing under it. */
bool isUnderAny(const std::string& place, const std::vector<std::string>& roots) {
  return std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
    try {
      return isAtOrUnder(place, walk({FromRoot{}, root}).place());
    } catch (const DirectoryError&) {
      return false;
    }
  });
}

}  // namespace

MountpointError::MountpointError(const std::string& code, const std::string& answer, const std::string& expected,
                                 std::vector<Error> causes)
    : Error(code, "the driver named a mountpoint that cannot be used: " + inQuotes(answer),
            {expected, std::nullopt, std::nullopt}, std::move(causes)) {}

std::optional<std::string> mountpointFault(std::string_view text) {
  if (text.empty()) return "expected the path of the mounted volume, got an empty text";
  const std::string shown = quotedPrintable(text, 200);
  // U+FFFD stands where bytes were no text.
  if (hasControlCharacter(text) || !isUtf8(text) || text.find("\xef\xbf\xbd") != std::string_view::npos) {
    return "expected a path on one line, got " + shown;
  }
  if (!text.starts_with('/')) return "expected an absolute path, got " + shown;
  if (text.find_first_not_of("/.") == std::string_view::npos) return "expected a directory of its own, got " + shown;
  if (text.size() > pathMaxBytes) {
    return "expected a path of at most " + std::to_string(pathMaxBytes) + " bytes, got " + shown;
  }
  return std::nullopt;
}

Mountpoint checkMountpoint(const std::string& answer, const std::vector<std::string>& mountRoots) {
  if (!isOwnPath(answer)) {
    throw MountpointError("mountpoint-invalid", answer,
                          "one absolute path without \".\", \"..\" and empty segments");
  }
  if (isForeign(answer)) throw MountpointError("mountpoint-invalid", answer, ownDirectory);
  const Directory directory = openAnswer(answer);
  const std::string place = directory.place();
  if (isForeign(place)) throw MountpointError("mountpoint-invalid", answer, ownDirectory);
  if (!mountRoots.empty() && !isUnderAny(place, mountRoots)) {
    std::string roots;
    for (const std::string& root : mountRoots) roots += (roots.empty() ? "" : " or ") + inQuotes(root);
    throw MountpointError("mountpoint-outside", answer,
                          "a path under " + roots + ", as the policy's mountRoots demand");
  }
  return {answer, directory.identity(), isMountRoot(directory)};
}

Directory openMountpoint(const Mountpoint& mountpoint) {
  Directory directory = walk({FromRoot{}, mountpoint.path});
  if (directory.identity() != mountpoint.identity) {
    throw DirectoryError(DirectoryFault::replaced, mountpoint.path, mountpoint.path);
  }
  return directory;
}

}  // namespace dvdi
