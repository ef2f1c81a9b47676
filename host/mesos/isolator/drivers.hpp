#ifndef DVDI_ISOLATOR_DRIVERS_HPP
#define DVDI_ISOLATOR_DRIVERS_HPP

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>

#include "driver/volume-driver.hpp"
#include "isolator/isolator-event.hpp"

namespace dvdi {

/** On whose account a driver is asked, and with which options the volume was mounted, for secrets in what it says. */
struct DriverUse {
  /** Nothing for a retry and the like. */
  std::optional<std::string> container;
  VolumeOptions options;
};

/** Ways to volume drivers that take the place of the real ones. */
struct DriverWays {
  std::shared_ptr<VolumeDriver> plugin;
  std::function<std::shared_ptr<VolumeDriver>(const std::string& executable)> dvdcli;
};

/**
 * Finds the driver of a transport, made when first used. Whichever it is, no call of it is waited for beyond its time,
 * each is told when it has ended, and no error of it has a secret.
 */
class Drivers {
 public:
  /** @param holder id of the ledger, which our processes carry in their mark */
  Drivers(DriverWays ways, std::string holder, Events& events);

  std::string mount(const Transport& transport, const DriverUse& use, const MountCall& call);
  void unmount(const Transport& transport, const DriverUse& use, const VolumeCall& call);
  std::optional<std::string> mountpointOf(const Transport& transport, const DriverUse& use, const VolumeCall& call);

 private:
  std::shared_ptr<VolumeDriver> find(const Transport& transport);
  template <typename Act>
  auto observe(const char* operation, const Transport& transport, const DriverUse& use, const VolumeCall& call,
               Act act) -> std::invoke_result_t<Act>;

  DriverWays ways_;
  std::string holder_;
  Events& events_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<VolumeDriver>> dvdclis_;
};

/**
 * What a process that works on a volume for an isolator carries in its environment. No name of a driver or a volume has
 * a tab in it, so that no two volumes have one mark.
 */
[[nodiscard]] std::pair<std::string, std::string> markOfWork(const std::string& holder, const VolumeId& volume);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_DRIVERS_HPP
