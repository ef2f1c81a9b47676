#ifndef DVDI_ISOLATOR_DIRECTORY_STEPS_HPP
#define DVDI_ISOLATOR_DIRECTORY_STEPS_HPP

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "driver/mountpoint.hpp"
#include "isolator/isolator-parts.hpp"
#include "system/directory-change.hpp"

namespace dvdi {

/**
 * Makes and removes directories. On the machine itself (not under a rootfs, a sandbox or a volume) a removal, together
 * with the look whether any other container has a path there, excludes every making: an empty directory may be the
 * mountpoint of a bind in another container's mount namespace, and rmdir would detach that (Linux 3.18 and later). The
 * claim of a container is in the ledger before its directories are made, so one of the two always sees the other. Each
 * directory is in the ledger before it is made, so that none is left unknown by a crash.
 */
class DirectorySteps {
 public:
  using MountpointOf = std::function<Mountpoint(int step)>;

  /** @param container empty for none: then every claim on a path counts */
  DirectorySteps(Ledger& ledger, const Json& steps, std::string container, MountpointOf mountpointOf);

  [[nodiscard]] bool hasActed(const Json& step);
  /** @throws DirectoryError, DeadlineError */
  void require(const Json& step);
  /** @returns what was made. @throws DirectoryError, DeadlineError, LedgerError */
  std::vector<std::string> ensure(const Json& step);
  /** Removes what a step made, the deepest first. */
  void undoEnsure(const Json& step);
  /** @returns what became of it: `in-use` when another container has a path there */
  std::string remove(const Json& step);
  /** Gives a volume the owner and the mode of the directory that it will cover. */
  void matchOwnerOf(const Json& step);

 private:
  /** A location with the volume that it is under, looked up. */
  struct Location {
    std::string path;
    /** The machine itself, an absolute directory, or a volume. */
    std::variant<FromRoot, std::string, Mountpoint> within;
  };

  [[nodiscard]] Location locationOf(const Json& location) const;
  std::vector<std::string> make(const Json& step, const std::function<void(const std::string&)>& beforeMaking);
  std::string removeAt(const Location& location);
  std::string removeHeld(const std::string& path);
  Removal removeAndForget(const std::string& path);
  void removeAbandonedAbove(const std::string& path);

  Ledger& ledger_;
  const Json& steps_;
  std::string container_;
  MountpointOf mountpointOf_;
  std::mutex mutex_;
  std::map<int, std::vector<std::string>> made_;
};

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_DIRECTORY_STEPS_HPP
