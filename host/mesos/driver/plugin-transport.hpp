#ifndef DVDI_DRIVER_PLUGIN_TRANSPORT_HPP
#define DVDI_DRIVER_PLUGIN_TRANSPORT_HPP

#include <chrono>
#include <stop_token>
#include <string>

#include "driver/plugin-endpoint.hpp"

namespace dvdi {

/** The largest answer that is read. */
inline constexpr std::size_t answerMaxBytes = 4UL * 1024 * 1024;

struct PluginRequest {
  const PluginEndpoint& endpoint;
  /** For example `VolumeDriver.Mount`. */
  std::string method;
  std::string body;
  std::chrono::milliseconds timeout;
  std::stop_token stop = {};
};

struct RawAnswer {
  long status = 0;
  std::string body;
};

/**
 * Sends one request to a plugin over a connection of its own and reads the answer. A connection that is never used
 * twice makes one thing certain: as long as it is not established, the plugin has seen nothing. Redirections are not
 * followed and proxies not used. A stop takes effect within a second.
 * @throws PluginFailure `driver-missing` (nobody reached), `driver-timeout`, `driver-crashed`, `driver-answer` (too
 * large, not HTTP)
 */
[[nodiscard]] RawAnswer postToPlugin(const PluginRequest& request);

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_TRANSPORT_HPP
