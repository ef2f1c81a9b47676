#ifndef DVDI_SYSTEM_DIRECTORY_HPP
#define DVDI_SYSTEM_DIRECTORY_HPP

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "system/unique-fd.hpp"

namespace dvdi {

/** What makes a directory itself, whatever its name: two directories with the same identity are one. */
struct Identity {
  std::uint64_t device;
  std::uint64_t inode;

  bool operator==(const Identity&) const = default;
};

/**
 * An open directory (an O_PATH fd). What is done through it is done to this very directory, whatever happens to its
 * name meanwhile. A mount cannot be unmounted while one is open on it.
 */
class Directory {
 public:
  /**
   * @param path how it was reached: for texts, never to act on
   * @param isTrusted whether it and every directory walked to it belong to root and nobody else may write to them
   */
  Directory(UniqueFd fd, std::string path, bool isTrusted);

  /** The root directory of this process. */
  [[nodiscard]] static Directory root();

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool isTrusted() const noexcept { return isTrusted_; }

  /** A path that leads to this directory, in this process only. */
  [[nodiscard]] std::string self() const;

  /** The same directory once more. No link under it is ever followed. */
  [[nodiscard]] Directory duplicate() const;

  /** @throws Error the system call's own */
  [[nodiscard]] struct stat status() const;

  /** @throws Error the system call's own */
  [[nodiscard]] Identity identity() const;

  /**
   * Whether this directory, however it was reached, belongs to root and nobody else may write to it: only root can
   * then swap an entry of it.
   */
  [[nodiscard]] bool isOnlyRoots() const;

  /** Where it is by the kernel's word, links resolved. */
  [[nodiscard]] std::string place() const;

 private:
  UniqueFd fd_;
  std::string path_;
  bool isTrusted_;
};

/**
 * Opens an entry of a directory that must be a directory itself; a link is ENOTDIR or ELOOP.
 * @returns an fd that is not open when the kernel refuses, with errno set
 */
[[nodiscard]] UniqueFd openEntry(int directory, const std::string& name);

/** A path and an entry of it, as texts. */
[[nodiscard]] std::string joinPath(const std::string& directory, const std::string& name);

/** @returns false for one whose owner cannot be told: where a mount begins whose driver is dead, for example */
[[nodiscard]] bool belongsToRootAlone(int fd);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_DIRECTORY_HPP
