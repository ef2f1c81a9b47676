#ifndef DVDI_DRIVER_VOLUME_DRIVER_HPP
#define DVDI_DRIVER_VOLUME_DRIVER_HPP

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "ledger/volume-types.hpp"
#include "system/system-error.hpp"

namespace dvdi {

/** What every call needs to know. */
struct VolumeCall {
  VolumeId volume;
  std::chrono::milliseconds timeout;
  /** Ends the call early: it then counts as a timeout, its outcome as uncertain where it changes something. */
  std::stop_token stop = {};
};

/** What a mount call needs to know. */
struct MountCall : VolumeCall {
  VolumeOptions options = {};
  /** Whether the driver may create the volume when it does not exist. */
  bool mayCreate = true;
};

/** One way to speak to volume drivers: through dvdcli, or straight to a plugin's socket. Any thread may call it. */
class VolumeDriver {
 public:
  VolumeDriver() = default;
  VolumeDriver(const VolumeDriver&) = delete;
  VolumeDriver& operator=(const VolumeDriver&) = delete;
  virtual ~VolumeDriver() = default;

  /**
   * Mounts a volume and gives its mountpoint as the driver named it, not yet checked: `checkMountpoint` does that.
   * @throws DriverError
   */
  virtual std::string mount(const MountCall& call) = 0;
  /** @throws DriverError */
  virtual void unmount(const VolumeCall& call) = 0;
  /**
   * Where the driver says that the volume is mounted now, not yet checked; nothing when it names no place, or the
   * volume does not exist. Changes nothing. Many drivers name the place where they would mount, mounted or not, so that
   * only the mount table tells whether something is there.
   * @throws DriverError when the driver cannot say; never uncertain
   */
  virtual std::optional<std::string> mountpointOf(const VolumeCall& call) = 0;
};

/** Why a driver call failed; every code has its section in docs/errors.md. */
enum class DriverFault {
  /** No such executable, no such socket or spec file. Nothing was done. */
  missing,
  /** No answer within the time limit, or the call was given up. */
  timeout,
  /** The driver refused: exit code not 0, or an error text. */
  refused,
  /** The driver answered something that is no answer: no path, two lines, help text, bad JSON, too much output. */
  answer,
  /** The connection broke, or the process was ended by a signal. */
  crashed,
};

/** A failed driver call, in a form that a program can read. */
class DriverError : public Error {
 public:
  DriverError(DriverFault fault, const std::string& message, bool isUncertain, std::vector<Error> causes = {});

  [[nodiscard]] DriverFault fault() const noexcept { return fault_; }
  /** Whether the driver may have acted all the same: the volume's state is then unknown, never guessed. */
  [[nodiscard]] bool isUncertain() const noexcept { return isUncertain_; }

 private:
  DriverFault fault_;
  bool isUncertain_;
};

/** `driver-missing` and so on. */
[[nodiscard]] const char* codeOf(DriverFault fault);

}  // namespace dvdi

#endif  // DVDI_DRIVER_VOLUME_DRIVER_HPP
