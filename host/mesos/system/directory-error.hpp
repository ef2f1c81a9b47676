#ifndef DVDI_SYSTEM_DIRECTORY_ERROR_HPP
#define DVDI_SYSTEM_DIRECTORY_ERROR_HPP

#include <string>

#include "system/system-error.hpp"

namespace dvdi {

/** Why a directory could not be had; every code has its section in docs/errors.md. */
enum class DirectoryFault {
  /** A path that is not absolute and normalised. */
  pathInvalid,
  /** Nothing is there. */
  missing,
  /** A link where none may be followed. */
  link,
  /** Too many links one after the other. */
  loop,
  /** Something that is neither a directory nor a link. */
  other,
  /** What is there is not what was made or looked at a moment ago. */
  replaced,
  /** The kernel refused; `number` says why. */
  refused,
};

/** A directory that could not be had. */
class DirectoryError : public Error {
 public:
  /**
   * @param path what was asked for
   * @param component the path up to and including the component at fault
   * @param number errno; 0 when the kernel did not refuse
   */
  DirectoryError(DirectoryFault fault, const std::string& path, const std::string& component, int number = 0);

  [[nodiscard]] DirectoryFault fault() const noexcept { return fault_; }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  DirectoryFault fault_;
  int number_;
};

}  // namespace dvdi

#endif  // DVDI_SYSTEM_DIRECTORY_ERROR_HPP
