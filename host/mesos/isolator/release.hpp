#ifndef DVDI_ISOLATOR_RELEASE_HPP
#define DVDI_ISOLATOR_RELEASE_HPP

#include <optional>
#include <string>
#include <vector>

#include "isolator/isolator-parts.hpp"
#include "isolator/volume-unmount.hpp"

namespace dvdi {

/** What became of a volume that was to be released. */
struct Release {
  /** `inUse`: some container claims it; it stays. `notKnown`: the ledger has nothing to release. */
  enum class Outcome { released, inUse, notKnown, failed };
  VolumeId volume;
  Outcome outcome;
  /** Why it failed. It has no secret in it. */
  std::optional<Error> error = std::nullopt;
};

/** `released`, `in-use`, `not-known` or `failed`. */
[[nodiscard]] const char* textOf(Release::Outcome outcome);

struct ReleaseOptions {
  /** On whose account; nothing for a retry and the like. */
  std::optional<std::string> container = std::nullopt;
  /** Leaves a volume alone whose next try is not due (any more): somebody else was faster. */
  bool onlyDue = false;
};

/**
 * Releases volumes that nobody claims: the one way to an unmount, for undo, cleanup, recover, retries and on demand.
 * Whether a volume may be unmounted is the core's decision, asked for again while the volume's name is held and in the
 * same step that notes `releasing`: from then on no prepare counts on the volume as mounted.
 */
class Releases {
 public:
  explicit Releases(IsolatorParts parts) : parts_(parts) {}

  /**
   * @returns also when it failed: then the next try is noted, and told as `retry-scheduled`
   * @throws LedgerError when the ledger itself fails
   */
  [[nodiscard]] Release release(const VolumeId& volume, const ReleaseOptions& options);

  /** The same of many, side by side: at most 32 of one driver at a time, and no driver waits for another. */
  [[nodiscard]] std::vector<Release> releaseAll(const std::vector<VolumeId>& volumes, const ReleaseOptions& options);

  /** Has the driver unmount a volume whose name is held, and looks what has become of its mounts. */
  [[nodiscard]] Unmounted unmount(const VolumeRecord& row, const std::optional<LedgerMount>& mount,
                                  const Transport& transport, std::chrono::milliseconds timeout,
                                  const std::optional<std::string>& container);

 private:
  /** A release that was decided, with the row as it was before; or why there is none. */
  struct Decision {
    Release::Outcome outcome = Release::Outcome::released;
    Json step;
    VolumeRecord row;
  };

  [[nodiscard]] Release releaseHeld(const VolumeId& volume, const ReleaseOptions& options);
  [[nodiscard]] Decision decide(LedgerReader& rows, const VolumeId& volume, const ReleaseOptions& options,
                                const Json& mounts);
  [[nodiscard]] Error noteFailure(const VolumeRecord& row, const Unmounted& unmounted,
                                  const std::optional<std::string>& container);
  [[nodiscard]] bool isShared(const VolumeId& volume, const std::string& path);

  IsolatorParts parts_;
};

/** Now, as retries are due by it. */
[[nodiscard]] Retry uptimeNow();

/**
 * How long to wait before a release is tried again: a second, twice as long after each failure, at most ten minutes, a
 * fifth more or less.
 * @param attempts failures in a row, the last one among them
 * @param random from 0 up to 1
 */
[[nodiscard]] std::int64_t retryDelayMs(std::int64_t attempts, double random);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_RELEASE_HPP
