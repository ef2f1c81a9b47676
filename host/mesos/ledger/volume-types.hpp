#ifndef DVDI_LEDGER_VOLUME_TYPES_HPP
#define DVDI_LEDGER_VOLUME_TYPES_HPP

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "documents/json.hpp"

namespace dvdi {

/** The identity of a volume: the exact pair. */
struct VolumeId {
  std::string driver;
  std::string name;

  auto operator<=>(const VolumeId&) const = default;
};

/** One option of a volume, in the order in which the user wrote it. */
struct VolumeOption {
  std::string key;
  std::string value;
  /** Whether the value must not reach a log, an error or a terminal. */
  bool isSecret = false;
};

using VolumeOptions = std::vector<VolumeOption>;

/** How a driver is spoken to: over its own socket, or by an executable with the command line of dvdcli. */
struct Transport {
  /** Absolute path of the dvdcli; nothing for the plugin's socket. */
  std::optional<std::string> executable;
};

/** The mount that a volume's mountpoint lies on, as it was right after the driver had mounted it. */
struct LedgerMount {
  /** Where the mount's root is: the mountpoint itself, or a directory above it. */
  std::string path;
  std::int64_t id = 0;
  /** `major:minor`. */
  std::string device;
  std::string boot;

  bool operator==(const LedgerMount&) const = default;
};

/** States of a volume; docs/ledger.md. */
enum class VolumeState { intended, mounted, uncertain, releasing, released };

/** Whether the mount that the ledger knows is still where it was; `replaced`: another one is in its place. */
enum class MountPresence { present, missing, replaced };

[[nodiscard]] const char* textOf(VolumeState state);
[[nodiscard]] const char* textOf(MountPresence presence);
/** @throws Error `internal` for a word that is no state */
[[nodiscard]] VolumeState volumeStateOf(const std::string& text);

/** Volumes that differ in case only may be one to their driver: they wait for each other, under this name. */
[[nodiscard]] std::string volumeKey(const VolumeId& volume);
/** The volume, in small letters, that a held name is about; nothing for one that is not about a volume. */
[[nodiscard]] std::optional<VolumeId> volumeOfKey(const std::string& key);
/** ASCII letters only, as the core compares, so that every host agrees. */
[[nodiscard]] std::string asciiLower(std::string text);

// The same as JSON, with the fields in the order of the contract (host/core/documents.ts).

[[nodiscard]] Json toJson(const VolumeOptions& options);
[[nodiscard]] Json toJson(const Transport& transport);
/** null for none. */
[[nodiscard]] Json toJson(const std::optional<LedgerMount>& mount);
[[nodiscard]] Json toJson(const std::optional<std::string>& text);

[[nodiscard]] VolumeId volumeIdFrom(const Json& value);
[[nodiscard]] VolumeOptions optionsFrom(const Json& value);
[[nodiscard]] Transport transportFrom(const Json& value);
[[nodiscard]] std::optional<LedgerMount> mountFrom(const Json& value);
/** null is nothing. */
[[nodiscard]] std::optional<std::string> optionalTextFrom(const Json& value);

}  // namespace dvdi

#endif  // DVDI_LEDGER_VOLUME_TYPES_HPP
