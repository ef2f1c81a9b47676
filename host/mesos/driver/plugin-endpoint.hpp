#ifndef DVDI_DRIVER_PLUGIN_ENDPOINT_HPP
#define DVDI_DRIVER_PLUGIN_ENDPOINT_HPP

#include <optional>
#include <string>
#include <vector>

#include "driver/plugin-failure.hpp"

namespace dvdi {

/** Files and switches of an encrypted connection, as a `.json` specification names them. */
struct TlsSettings {
  /** False only when the specification says `InsecureSkipVerify`. */
  bool isVerified = true;
  std::optional<std::string> caFile;
  std::optional<std::string> certFile;
  std::optional<std::string> keyFile;
};

/** Where a plugin listens: a socket by its path, or a host with a port. */
struct PluginEndpoint {
  /** Empty for a host. */
  std::string socketPath;
  std::string host;
  int port = 0;
  std::optional<TlsSettings> tls;
};

/** Where plugins make themselves known. */
struct PluginDirectories {
  /** Directories of sockets. */
  std::vector<std::string> sockets = {"/run/docker/plugins"};
  /** Directories of `.spec` and `.json` files. */
  std::vector<std::string> specifications = {"/etc/docker/plugins", "/usr/lib/docker/plugins"};
};

/**
 * Reads the address of a plugin.
 * @param tls settings of the `.json` file; they count for `https` only, as in Docker
 * @param file where the address stands, for the error's text
 * @throws PluginFailure `driver-missing`
 */
[[nodiscard]] PluginEndpoint parseEndpoint(const std::string& address, const std::optional<TlsSettings>& tls,
                                           const std::string& file);

/** The endpoint as a person writes it, printable. */
[[nodiscard]] std::string describeEndpoint(const PluginEndpoint& endpoint);

/**
 * The name, without ending, of the file that says where a driver listens: always one component of a path, `/` written
 * `%2F`.
 * @throws PluginFailure `driver-missing` when no file can have the name
 */
[[nodiscard]] std::string pluginFileName(const std::string& driver);

/**
 * Finds where a driver listens, in Docker's order: `NAME.sock`, then in each further directory `NAME.spec` before
 * `NAME.json`; each of them flat, then in a folder of the driver's name. The first file that exists is taken, and is an
 * error when it is broken.
 * @throws PluginFailure `driver-missing`; retriable when there is no file at all
 */
[[nodiscard]] PluginEndpoint discoverPlugin(const std::string& driver, const PluginDirectories& directories);

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_ENDPOINT_HPP
