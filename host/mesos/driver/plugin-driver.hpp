#ifndef DVDI_DRIVER_PLUGIN_DRIVER_HPP
#define DVDI_DRIVER_PLUGIN_DRIVER_HPP

#include <functional>
#include <string>

#include "driver/plugin-client.hpp"

namespace dvdi {

struct PluginDriverOptions {
  PluginDirectories directories = {};
  /** Whether to wait for a plugin that cannot be reached (1, 2, 4, 8 s). */
  bool mayWait = true;
  /** What tells this machine from others; empty for the machine id. */
  std::string machine = {};
  /** Told before each wait, in printable text. */
  std::function<void(const std::string&)> notice = nullptr;
};

/**
 * Speaks the Docker Volume Plugin protocol itself to any driver that has its plugin on this machine; the driver is
 * looked up for each operation, so that one that was restarted elsewhere is found.
 */
class PluginDriver final : public VolumeDriver {
 public:
  explicit PluginDriver(PluginDriverOptions options = {});

  std::string mount(const MountCall& call) override;
  void unmount(const VolumeCall& call) override;
  std::optional<std::string> mountpointOf(const VolumeCall& call) override;

 private:
  [[nodiscard]] PluginClient open(const VolumeCall& call) const;
  [[nodiscard]] std::string mountIdOf(const VolumeId& volume) const;

  PluginDriverOptions options_;
};

/**
 * The id under which a machine mounts a volume: 64 hexadecimal digits, derived and not drawn, because drivers disagree
 * on ids and another process has to find it again (host/driver/plugin/mount-id.ts).
 */
[[nodiscard]] std::string pluginMountId(const std::string& machine, const VolumeId& volume);

/** The systemd machine id, and where there is none the host name. */
[[nodiscard]] std::string readMachineName();

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_DRIVER_HPP
