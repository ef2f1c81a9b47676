#ifndef DVDI_ISOLATOR_VOLUME_UNMOUNT_HPP
#define DVDI_ISOLATOR_VOLUME_UNMOUNT_HPP

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "driver/volume-driver.hpp"
#include "ledger/volume-types.hpp"

namespace dvdi {

struct Unmounting {
  VolumeId volume;
  /** Has the driver unmount. @throws DriverError */
  std::function<void()> unmount;
  /** Asks the driver where the volume is. @throws DriverError */
  std::function<std::optional<std::string>()> mountpointOf;
  std::chrono::milliseconds timeout;
  /** The mount that is ours to take away when the driver does not; nothing when only the driver can know. */
  std::optional<LedgerMount> mount;
  /** Where the ledger says that the volume surely was, before this; nothing when it was not sure. */
  std::optional<std::string> mountpoint;
  /** Whether other live volumes lie on that mount: then it is not this volume's alone, and the driver's word counts. */
  std::function<bool()> isShared;
};

/** What is known of a volume after its driver was asked to unmount it, whatever the driver said. */
struct Unmounted {
  /** `mounted`: it surely still is as it was: nothing was done. */
  enum class Outcome { gone, mounted, unknown };
  Outcome outcome = Outcome::gone;
  std::optional<Error> error = std::nullopt;
  /** Whether a mount of ours is still there. */
  bool isLeft = false;
};

/**
 * Has a driver unmount a volume, and believes the mount table more than the driver (docs/lifecycle.md, "Release"). It
 * is asked for as long as a mount of ours is left and the number of mounts there falls: they may be stacked. Then,
 *
 * - when it said yes: what is left of ours is unmounted without it (a driver that says yes and does nothing).
 * - when it said no: it is asked where the volume is. Nowhere: what is left of ours is unmounted, it is gone.
 *   Somewhere: then both agree, and it stays for a later try, unless the mount table has nothing there (many drivers
 *   name the place where they would mount).
 * - when it did not answer in time: it may still be at it, so that nothing is known and nothing is touched.
 */
[[nodiscard]] Unmounted unmountVolume(const Unmounting& unmounting);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_VOLUME_UNMOUNT_HPP
