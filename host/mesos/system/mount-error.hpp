#ifndef DVDI_SYSTEM_MOUNT_ERROR_HPP
#define DVDI_SYSTEM_MOUNT_ERROR_HPP

#include <string>

#include "system/system-error.hpp"

namespace dvdi {

/** Why a mount could not be made, changed or removed; every code has its section in docs/errors.md. */
enum class MountFault {
  /** The kernel refused. */
  refused,
  /** After the call the mount table does not say what it must. */
  unverified,
  /** A mount below a read-only bind cannot be reached by any path, so it cannot be made read-only. */
  hidden,
  /** Somebody still uses what was to be unmounted, or something is mounted below it. */
  busy,
  /** Others than root may swap the name of a mountpoint, so that no unmount by this name is safe. */
  exposed,
  /** The mount that a directory is on is not in the mount table. */
  missing,
};

/** A mount that failed. */
class MountError : public Error {
 public:
  MountError(MountFault fault, const std::string& path, const std::string& message, std::vector<Error> causes = {});

  [[nodiscard]] MountFault fault() const noexcept { return fault_; }

 private:
  MountFault fault_;
};

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MOUNT_ERROR_HPP
