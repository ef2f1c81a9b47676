#ifndef DVDI_SYSTEM_DIRECTORY_WALK_HPP
#define DVDI_SYSTEM_DIRECTORY_WALK_HPP

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "system/directory-error.hpp"
#include "system/directory.hpp"

namespace dvdi {

/** Resolve a path from the root of this process. */
struct FromRoot {};

/**
 * What a path is resolved under: the root, an absolute directory, or an open one, which stays the caller's. Under
 * anything but the root no link is ever followed.
 */
using Within = std::variant<FromRoot, std::string, const Directory*>;

/** A directory by name. */
struct Place {
  Within within;
  /** Absolute and normalised; `/` is `within` itself. */
  std::string path;
};

/**
 * Called for a directory that is missing. It makes and opens it, or gives nothing when it is there by now.
 * @param path the place's path up to the missing one
 */
using MakeMissing =
    std::function<std::optional<Directory>(const Directory& parent, const std::string& name, const std::string& path)>;

/**
 * Walks to a directory, holding what is reached by its fd, so that nobody who swaps a name meanwhile can lead the walk
 * elsewhere. A link is followed only while every directory walked so far belongs to root and nobody else may write to
 * it; then only root can have planted it. Anywhere else, and under any `within` but the root, it is refused.
 *
 * A path without links is one openat2(2) that refuses them; only where that fails each component is looked at.
 * @throws DirectoryError
 */
[[nodiscard]] Directory walk(const Place& place, const MakeMissing& makeMissing = nullptr);

/**
 * The names in an absolute, normalised path; none for `/`.
 * @throws DirectoryError `path-invalid`
 */
[[nodiscard]] std::vector<std::string> segmentsOf(const std::string& path);

/** The path without its last segment, and that segment. @throws DirectoryError `path-invalid`, also for `/` */
struct ParentAndName {
  std::string parent;
  std::string name;
};
[[nodiscard]] ParentAndName splitPath(const std::string& path);

/** Whether `path` is `directory` or below it, by segments; both absolute and normalised. */
[[nodiscard]] bool isAtOrUnder(const std::string& path, const std::string& directory);

/** The directory that a path is in, as text; `/` for one in the root. */
[[nodiscard]] std::string parentOf(const std::string& path);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_DIRECTORY_WALK_HPP
