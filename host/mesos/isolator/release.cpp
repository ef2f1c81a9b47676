#include "isolator/release.hpp"

#include <algorithm>
#include <cmath>

#include "isolator/graph.hpp"
#include "isolator/mount-look.hpp"
#include "system/boot-id.hpp"
#include "system/directory-walk.hpp"

namespace dvdi {

namespace {

using Outcome = Release::Outcome;
using std::chrono::milliseconds;

/** Longest that a driver may take to say where a volume is: it changes nothing. */
constexpr milliseconds askTimeout{60'000};

milliseconds timeoutOf(const Json& step) { return milliseconds(step.at("timeoutMs").get<std::int64_t>()); }

bool isDue(const VolumeRecord& row) {
  if (row.attempts == 0) return true;
  return row.retry && (row.retry->boot != bootId() || row.retry->uptimeMs <= uptimeNow().uptimeMs);
}

}  // namespace

const char* textOf(Release::Outcome outcome) {
  switch (outcome) {
    case Outcome::released:
      return "released";
    case Outcome::inUse:
      return "in-use";
    case Outcome::notKnown:
      return "not-known";
    case Outcome::failed:
      break;
  }
  return "failed";
}

Release Releases::release(const VolumeId& volume, const ReleaseOptions& options) {
  // A look without the hold: what is in use is left alone, whoever works on it, and for however long.
  const Decision first =
      parts_.ledger.read([&](LedgerReader& rows) { return decide(rows, volume, options, Json::array()); });
  if (first.outcome != Outcome::released) return {volume, first.outcome};
  try {
    const Hold held = parts_.ledger.hold(volumeKey(volume), {timeoutOf(first.step)});
    return releaseHeld(volume, options);
  } catch (const LedgerError& error) {
    if (error.code() != "ledger-busy") throw;
    return {volume, Outcome::failed, error};
  }
}

std::vector<Release> Releases::releaseAll(const std::vector<VolumeId>& volumes, const ReleaseOptions& options) {
  std::vector<GraphNode> nodes;
  std::vector<Release> releases;
  for (const VolumeId& volume : volumes) {
    nodes.push_back({static_cast<int>(nodes.size()), {}, volume.driver});
    releases.push_back({volume, Outcome::failed});
  }
  const auto failures = runGraph(
      nodes, [&](std::size_t index) { releases[index] = release(volumes[index], options); }, OnFailure::goOn);
  // Only the ledger itself fails so; the next operation runs into it, too.
  if (!failures.empty()) throw failures.front().error;
  return releases;
}

Release Releases::releaseHeld(const VolumeId& volume, const ReleaseOptions& options) {
  const auto mount = parts_.ledger.read([&](LedgerReader& rows) {
    const auto row = rows.volume(volume);
    return row ? row->mount : std::nullopt;
  });
  const Json mounts = recoverMounts({mount});
  const Decision decision = parts_.ledger.change([&](LedgerWriter& rows) {
    Decision decided = decide(rows, volume, options, mounts);
    if (decided.outcome == Outcome::released) {
      rows.noteVolume(volume, {VolumeState::releasing, decided.row.mountpoint, decided.row.mount});
    }
    return decided;
  });
  if (decision.outcome != Outcome::released) return {volume, decision.outcome};
  const Json& step = decision.step;
  const Unmounted unmounted = unmount(decision.row, mountFrom(step.at("mount")), transportFrom(step.at("transport")),
                                      timeoutOf(step), options.container);
  if (unmounted.outcome == Unmounted::Outcome::gone) {
    parts_.ledger.change([&](LedgerWriter& rows) { rows.noteVolume(volume, {VolumeState::released}); });
    return {volume, Outcome::released};
  }
  return {volume, Outcome::failed, noteFailure(decision.row, unmounted, options.container)};
}

Unmounted Releases::unmount(const VolumeRecord& row, const std::optional<LedgerMount>& mount,
                            const Transport& transport, milliseconds timeout,
                            const std::optional<std::string>& container) {
  const DriverUse use{container, row.options};
  // The ledger knows a mount, and the core says that it is not there any more: then nothing is as it was.
  const bool isAsNoted = row.state == VolumeState::mounted && row.mount.has_value() == mount.has_value();
  Unmounting unmounting;
  unmounting.volume = row.id;
  unmounting.unmount = [&] { parts_.drivers.unmount(transport, use, {row.id, timeout}); };
  unmounting.mountpointOf = [&] { return parts_.drivers.mountpointOf(transport, use, {row.id, askTimeout}); };
  unmounting.timeout = timeout;
  unmounting.mount = mount;
  unmounting.mountpoint = isAsNoted ? row.mountpoint : std::nullopt;
  unmounting.isShared = [&] { return mount && isShared(row.id, mount->path); };
  Unmounted unmounted = unmountVolume(unmounting);
  if (unmounted.error) unmounted.error = secretFree(*unmounted.error, row.options);
  return unmounted;
}

/** Asks the core. Whoever claims a volume counts as running: it is not asked who is. */
Releases::Decision Releases::decide(LedgerReader& rows, const VolumeId& volume, const ReleaseOptions& options,
                                    const Json& mounts) {
  Decision decision;
  auto row = rows.volume(volume);
  if (!row || (options.onlyDue && !isDue(*row))) {
    decision.outcome = Outcome::notKnown;
    return decision;
  }
  decision.row = std::move(*row);
  VolumeRecord asked = decision.row;
  // One of them stands for all: they may be a hundred thousand.
  if (asked.containers.size() > 1) asked.containers.resize(1);
  const Json plan = parts_.core.recover(
      {{"boot", bootId()},
       {"running", asked.containers},
       {"orphans", Json::array()},
       {"ledger",
        {{"containers", Json::array()}, {"volumes", Json::array({recoverRow(asked)})}, {"directories", Json::array()}}},
       {"mounts", mounts}});
  for (const Json& step : plan.at("steps")) {
    if (step.at("action") != "unmountVolume") continue;
    decision.step = step;
    return decision;
  }
  decision.outcome = asked.containers.empty() ? Outcome::notKnown : Outcome::inUse;
  return decision;
}

/** Notes that a release failed, and when it is tried again. */
Error Releases::noteFailure(const VolumeRecord& row, const Unmounted& unmounted,
                            const std::optional<std::string>& container) {
  const std::int64_t attempts = row.attempts + 1;
  const std::int64_t afterMs = retryDelayMs(attempts, randomFraction());
  Retry retry = uptimeNow();
  retry.uptimeMs += afterMs;
  const bool isMounted = unmounted.outcome == Unmounted::Outcome::mounted;
  const Error error = unmounted.error.value_or(defect("expected an error of a release that failed"));
  parts_.ledger.change([&](LedgerWriter& rows) {
    VolumeNote note{isMounted ? VolumeState::mounted : VolumeState::uncertain, row.mountpoint, row.mount};
    note.failure = VolumeFailure{errorText(error, row.options), retry};
    rows.noteVolume(row.id, note);
  });
  Json fields = {{"container", toJson(container)}};
  fields.update(volumeFields(row.id));
  fields.update({{"attempts", attempts}, {"afterMs", afterMs}, {"error", toJson(error)}});
  parts_.events.tell(EventLevel::warn, "retry-scheduled", std::move(fields), toJson(row.options));
  return error;
}

/** Only asked when a driver leaves a mount behind, so that it may cost a look at every volume. */
bool Releases::isShared(const VolumeId& volume, const std::string& path) {
  return parts_.ledger.read([&](LedgerReader& rows) {
    const auto all = rows.volumes();
    return std::any_of(all.begin(), all.end(), [&](const VolumeRecord& other) {
      return other.id != volume && other.state != VolumeState::released && other.mountpoint &&
             isAtOrUnder(*other.mountpoint, path);
    });
  });
}

Retry uptimeNow() { return {static_cast<std::int64_t>(std::ceil(uptimeMs())), bootId()}; }

std::int64_t retryDelayMs(std::int64_t attempts, double random) {
  const double delay = std::min(600'000.0, 1'000.0 * std::pow(2, std::min<std::int64_t>(attempts - 1, 30)));
  return std::llround(delay * (1 + 0.2 * (2 * random - 1)));
}

}  // namespace dvdi
