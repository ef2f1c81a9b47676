#ifndef DVDI_SYSTEM_DIRECTORY_CHANGE_HPP
#define DVDI_SYSTEM_DIRECTORY_CHANGE_HPP

#include <functional>
#include <string>
#include <vector>

#include "system/directory-walk.hpp"

namespace dvdi {

/** Who shall own what is made: root, or the owner of the directory it is made in. */
enum class NewOwner { root, parent };

struct Making {
  NewOwner owner = NewOwner::root;
  /** Exact mode of what is made, whatever the umask. */
  mode_t mode = 0755;
  /** Called right before each directory is made, with its path under the same `within`: to write down the intent. */
  std::function<void(const std::string& path)> beforeMaking;
};

struct Ensured {
  Directory directory;
  /** Paths of what was made, under the same `within`, shallowest first; empty when everything was there. */
  std::vector<std::string> made;
};

/** What became of a directory that was to be removed. Only `removed` changed anything. */
enum class Removal {
  removed,
  missing,
  notEmpty,
  /** Something is mounted on it, here or in another mount namespace. */
  busy,
  /** Something that is no directory stands in its place, or a link on the way to it. */
  replaced,
};

/** `removed`, `missing`, `not-empty`, `busy` or `replaced`: docs/logs.md, `step-done`. */
[[nodiscard]] const char* removalText(Removal removal);

/**
 * Walks to a directory and makes what is missing on the way, one level at a time, each relative to the fd of the one
 * before. When it fails half way, what it made is removed again.
 * @throws DirectoryError, and what `beforeMaking` throws
 */
[[nodiscard]] Ensured ensureDirectory(const Place& place, const Making& making);

/**
 * Removes an empty directory, through the fd of its parent. What it finds is an answer, never a failure; it never
 * removes anything that is not an empty directory, and never recursively. One that is a mountpoint in another mount
 * namespace stays: the kernel would remove it and detach that mount (Linux 3.18 and later).
 * @throws DirectoryError when the kernel refuses for a reason that is not about the directory itself
 */
[[nodiscard]] Removal removeDirectory(const Place& place);

/**
 * Gives a directory the owner and the mode of another, through their fds. What is alike already is not touched.
 * @throws DirectoryError `directory-refused`
 */
void matchOwner(const Directory& target, const Directory& model);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_DIRECTORY_CHANGE_HPP
