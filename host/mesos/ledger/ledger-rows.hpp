#ifndef DVDI_LEDGER_LEDGER_ROWS_HPP
#define DVDI_LEDGER_LEDGER_ROWS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/volume-types.hpp"
#include "system/process-record.hpp"

namespace dvdi {

/** Where a container is in its life: `preparing`, `prepared` or `cleaning`. A crash leaves the first or the last. */
enum class ContainerState { preparing, prepared, cleaning };

[[nodiscard]] const char* textOf(ContainerState state);

struct ContainerRecord {
  std::string container;
  ContainerState state = ContainerState::preparing;
  /** What it was prepared from; nothing for one that came from an old checkpoint. */
  std::optional<std::string> requestHash;
  /** The answer to `prepare`, JSON, once it is prepared. */
  std::optional<std::string> answer;
  /** The process that the container lives and dies with; nothing when a runtime answers for it. */
  std::optional<ProcessRecord> process;
  /** Milliseconds since 1970, for people. */
  std::int64_t createdMs = 0;
};

/** A volume as the ledger knows it, as far as another container's plan needs it. */
struct LedgerVolume {
  VolumeId id;
  VolumeOptions options;
  std::optional<std::string> mountpoint;
  /** Nothing when the mountpoint lies on no mount of its own: a plain directory. */
  std::optional<LedgerMount> mount;
  VolumeState state = VolumeState::released;
  Transport transport;
  /** How many other containers claim it. */
  std::int64_t users = 0;
  /** What the host saw when it looked. */
  std::optional<MountPresence> presence = std::nullopt;
};

/** When the next automatic try of a release is due, by the machine's uptime. */
struct Retry {
  std::int64_t uptimeMs = 0;
  std::string boot;
};

/** A volume with all that is known of it. */
struct VolumeRecord {
  VolumeId id;
  VolumeOptions options;
  std::optional<std::string> mountpoint;
  std::optional<LedgerMount> mount;
  VolumeState state = VolumeState::released;
  Transport transport;
  std::vector<std::string> containers;
  /** Releases that failed in a row. */
  std::int64_t attempts = 0;
  std::optional<Retry> retry;
  /** Why the last act on it failed, redacted. */
  std::optional<std::string> error;
  /** Milliseconds since 1970, for people: since when it is in its state. */
  std::int64_t changedMs = 0;
};

/** What a container will hold once its plan is carried out. */
struct Claim {
  std::string container;
  VolumeId volume;
  VolumeOptions options;
  std::optional<std::string> path;
  /** `rw` or `ro`. */
  std::string mode = "rw";
  Transport transport;
  /** The step that yields the mountpoint. */
  std::int64_t step = 0;
};

/** A directory that the isolator made, and whether claims of other containers need it. */
struct LedgerDirectory {
  std::string path;
  std::int64_t users = 0;
};

/** A directory that the isolator made, with those that need it; nothing when they are too many to name. */
struct RecoverDirectory {
  std::string path;
  std::optional<std::vector<std::string>> containers;
};

struct NewContainer {
  std::string container;
  std::optional<std::string> requestHash;
  std::optional<ProcessRecord> process;
};

struct VolumeFailure {
  std::string error;
  std::optional<Retry> retry;
};

/** What is noted of a volume. */
struct VolumeNote {
  VolumeState state = VolumeState::released;
  std::optional<std::string> mountpoint = std::nullopt;
  std::optional<LedgerMount> mount = std::nullopt;
  /** Set together with `intended`: what the driver is asked with. Left as it was when absent. */
  std::optional<VolumeOptions> options = std::nullopt;
  std::optional<Transport> transport = std::nullopt;
  /**
   * Set when a release failed: counts as one more attempt. Absent: attempts, retry and error are cleared, but for a
   * note `releasing`, which leaves them: the attempt has only begun.
   */
  std::optional<VolumeFailure> failure = std::nullopt;
};

/** One mount of the original's checkpoint. */
struct CheckpointRow {
  std::string container;
  VolumeId volume;
  VolumeOptions options;
  std::optional<std::string> mountpoint;
  std::optional<std::string> path;
  Transport transport;
};

// As the core and `list` read them.

[[nodiscard]] Json toJson(const LedgerVolume& volume);
[[nodiscard]] Json toJson(const LedgerDirectory& directory);
[[nodiscard]] Json toJson(const RecoverDirectory& directory);
[[nodiscard]] Json toJson(const VolumeRecord& volume);
[[nodiscard]] Json toJson(const ContainerRecord& container);
/** What the core's `recover` reads of a volume. */
[[nodiscard]] Json recoverRow(const VolumeRecord& volume);
[[nodiscard]] Claim claimFrom(const Json& value);
[[nodiscard]] CheckpointRow checkpointRowFrom(const Json& value);

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_ROWS_HPP
