#ifndef DVDI_DRIVER_DVDCLI_TEXT_HPP
#define DVDI_DRIVER_DVDCLI_TEXT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/volume-driver.hpp"

namespace dvdi {

/**
 * How an executable reads `--volumeopts=key=value`. The original splits the argument at every comma and cuts the value
 * at its second `=`. The dvdcli of this package reads it as one record of comma-separated values, so that an item in
 * double quotes arrives as it was written.
 */
enum class OptionSyntax { plain, quoted };

/** The line by which the dvdcli of this package shows in the output of `dvdcli version`. */
inline constexpr std::string_view ownVersionLine = "Origin: mesos-module-dvdi";

/** Whether an option reaches only an executable that knows the `quoted` syntax. */
[[nodiscard]] bool needsQuotes(const VolumeOption& option);

/**
 * The arguments of `dvdcli mount`.
 * @throws DriverError `driver-refused`, nothing done, when a text would not arrive as it was written
 */
[[nodiscard]] std::vector<std::string> mountArguments(const MountCall& call, OptionSyntax syntax);
/** The arguments of `dvdcli unmount`; throws as mountArguments does. */
[[nodiscard]] std::vector<std::string> unmountArguments(const VolumeCall& call);
/** The arguments of `dvdcli path`; throws as mountArguments does. */
[[nodiscard]] std::vector<std::string> pathArguments(const VolumeCall& call);
/** The arguments of `dvdcli list`. */
[[nodiscard]] std::vector<std::string> listArguments(const VolumeCall& call);

/** What an executable printed, understood, or why it is none. */
template <typename Value>
struct Read {
  Value value{};
  std::optional<std::string> fault = std::nullopt;
};

/**
 * What an executable printed on stdout when it mounted: the mountpoint on one line and nothing else. The original
 * prints its help and exits with 0 when it does not know a flag, so the exit code alone proves nothing.
 */
[[nodiscard]] Read<std::string> readMountOutput(std::string_view output);
/** What it printed when it was asked for a path: nothing for a volume that is not mounted. */
[[nodiscard]] Read<std::optional<std::string>> readPathOutput(std::string_view output);
/** What it printed when it listed its volumes: one name a line, in the printable form in which ours shows them. */
[[nodiscard]] Read<std::vector<std::string>> readListOutput(std::string_view output);
/** Why the output of an unmount is none: it prints nothing. */
[[nodiscard]] std::optional<std::string> unmountOutputFault(std::string_view output);

/** The lines of a text; one more than it has line feeds. */
[[nodiscard]] std::vector<std::string> linesOf(std::string_view text);

/** The end of a log that had its secrets taken out, for an error's text: the last lines that say something. */
[[nodiscard]] std::string logExcerpt(const std::string& redactedLog);

}  // namespace dvdi

#endif  // DVDI_DRIVER_DVDCLI_TEXT_HPP
