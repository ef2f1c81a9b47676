#ifndef DVDI_DRIVER_PLUGIN_CLIENT_HPP
#define DVDI_DRIVER_PLUGIN_CLIENT_HPP

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/plugin-endpoint.hpp"
#include "driver/plugin-transport.hpp"

namespace dvdi {

/** The limits that one operation on a plugin keeps, whatever number of calls it makes. */
struct OperationLimits {
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop = {};
  /** False: a plugin that is not there fails the operation at once. */
  bool mayWait = true;
  /** Told before each wait, in printable text. */
  std::function<void(const std::string&)> notice = nullptr;
};

/** A volume as its driver describes it. */
struct PluginVolume {
  std::string name;
  /** As the driver writes it, unchecked; nothing when it is not mounted, or the driver does not say. */
  std::optional<std::string> mountpoint;
};

/** The calls of the Docker Volume Plugin protocol, version 1. Each throws PluginFailure. */
class PluginClient {
 public:
  /**
   * Finds a driver's plugin and shakes hands with it: it must implement VolumeDriver.
   * @throws PluginFailure `driver-missing` also for a plugin of another kind
   */
  PluginClient(const std::string& driver, const PluginDirectories& directories, OperationLimits limits);

  void create(const std::string& name, const VolumeOptions& options) const;
  /** The mountpoint that the driver names; an absolute path by its text, and nothing more is checked. */
  [[nodiscard]] std::string mount(const std::string& name, const std::string& id) const;
  void unmount(const std::string& name, const std::string& id) const;
  /** Nothing when the volume is not mounted. */
  [[nodiscard]] std::optional<std::string> path(const std::string& name) const;
  /** Nothing when the driver answers with no volume and no error. */
  [[nodiscard]] std::optional<PluginVolume> get(const std::string& name) const;
  [[nodiscard]] std::vector<PluginVolume> list() const;

 private:
  [[nodiscard]] Json call(const std::string& method, const Json& parameters) const;

  OperationLimits limits_;
  PluginEndpoint endpoint_;
};

/**
 * Reads an answer: its JSON object when the plugin did what it was asked.
 *
 * A refusal is a text in `Err` (or `Error`, as REX-Ray wrote it), with whatever status; or a status of failure with any
 * body, as the first plugins did it. 404 says that the plugin does not know the call.
 * @throws PluginFailure `driver-refused`; `driver-answer` for what is no answer
 */
[[nodiscard]] Json readAnswer(const RawAnswer& answer);

/**
 * Tries until the plugin can be reached: Docker's schedule (1, 2, 4, 8 s). Only a failure to reach it is tried again,
 * never one after which the plugin may have acted. A wait that the deadline would cut short is not begun.
 * @throws PluginFailure the last failure; `driver-timeout` when the caller gives up during a wait
 */
[[nodiscard]] Json retryConnection(const std::function<Json()>& attempt, const OperationLimits& limits);

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_CLIENT_HPP
