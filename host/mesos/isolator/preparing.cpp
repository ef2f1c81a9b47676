#include "isolator/preparing.hpp"

#include <algorithm>
#include <utility>

#include "engine/sha256.hpp"
#include "isolator/cleaning.hpp"
#include "isolator/directory-steps.hpp"
#include "isolator/mount-look.hpp"
#include "isolator/prepare-answer.hpp"
#include "isolator/release-runner.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** How a prepare goes on. */
struct Beginning {
  enum class Kind {
    begun,
    repeated,
    /** It was being prepared or cleaned up by somebody who came to no end. */
    brokenOff,
  };
  Kind kind = Kind::brokenOff;
  /** The plan, or the answer of before. */
  Json document = nullptr;
};

/** Does and undoes the steps of a `prepare`. */
class PrepareRun {
 public:
  PrepareRun(const IsolatorParts& parts, Releases& releases, const VolumeSource& source, const Json& steps)
      : source_(source),
        volumes_(parts, releases, source),
        directories_(parts.ledger, steps, source.container, [this](int step) { return volumes_.mountpointOf(step); }) {}

  [[nodiscard]] StepRunner runner() {
    return {[this](const Json& step) { return perform(step); }, [this](const Json& step) { return hasActed(step); },
            [this](const Json& step) { undo(step); }};
  }

  [[nodiscard]] Mountpoint mountpointOf(int step) { return volumes_.mountpointOf(step); }

 private:
  Json perform(const Json& step) {
    if (source_.stop.stop_requested()) throw StoppedError("preparing " + inQuotes(source_.container));
    const auto action = step.at("action").get<std::string>();
    if (action == "mountVolume") return note(volumes_.mount(step));
    if (action == "reuseVolume") return note(volumes_.reuse(step));
    if (action == "ensureDirectory") return {{"made", firstItems(directories_.ensure(step))}};
    if (action == "requireDirectory") {
      directories_.require(step);
    } else if (action == "matchOwner") {
      if (volumes_.takesOwner(step.at("volume").get<int>())) directories_.matchOwnerOf(step);
    } else {
      throw defect("expected a step of a prepare, got " + action);
    }
    return nullptr;
  }

  bool hasActed(const Json& step) {
    if (step.at("action") == "mountVolume") return volumes_.hasActed(step);
    return step.at("action") == "ensureDirectory" && directories_.hasActed(step);
  }

  void undo(const Json& step) {
    if (step.at("action") == "mountVolume") volumes_.undo(step);
    if (step.at("action") == "ensureDirectory") directories_.undoEnsure(step);
  }

  static Json note(const Mountpoint& mountpoint) {
    return {{"mountpoint", mountpoint.path}, {"isMount", mountpoint.isMount}};
  }

  const VolumeSource& source_;
  VolumeSteps volumes_;
  DirectorySteps directories_;
};

/** Decides and writes the intent in one step, so that nobody comes in between. */
Beginning begin(const IsolatorParts& parts, const Preparation& preparation) {
  const VolumeSource& source = preparation.source;
  const std::string& container = source.container;
  const std::vector<VolumeId> ids = volumeIdsIn(source.requests);
  const Presences presences =
      lookAtVolumes(parts.ledger.read([&](LedgerReader& rows) { return rows.volumesLike(ids, container); }));
  return parts.ledger.change([&](LedgerWriter& rows) -> Beginning {
    const auto record = rows.container(container);
    if (record && record->state != ContainerState::prepared) return {};
    if (record && record->requestHash == preparation.requestHash && record->answer) {
      return {Beginning::Kind::repeated, parseJson(*record->answer)};
    }
    if (record) throw ContainerConflictError(container);
    std::vector<LedgerVolume> volumes = rows.volumesLike(ids, container);
    notePresences(volumes, presences);
    Json list = Json::array();
    for (const LedgerVolume& volume : volumes) list.push_back(toJson(volume));
    Json plan = parts.core.prepare(
        {{"container", container}, {"kind", source.kind}, {"ledger", {{"volumes", list}}}}, source.document);
    if (isDenied(plan)) throw RefusedError("the document", plan.at("findings"), source.requests);
    std::vector<Claim> claims;
    for (const Json& claim : plan.at("claims")) claims.push_back(claimFrom(claim));
    rows.intend({container, preparation.requestHash, preparation.process}, claims);
    return {Beginning::Kind::begun, std::move(plan)};
  });
}

bool isAbout(const Json& step, const VolumeId& volume) {
  return step.contains("volume") && step["volume"].is_object() && volumeIdFrom(step["volume"]) == volume;
}

/**
 * Drops the container, and releases and removes what it claimed and did not mount or make itself: those who did may
 * have left it to this one meanwhile. Then throws what led to it.
 * @param before failures of steps and undos; empty when `reason` is something else
 */
[[noreturn]] void giveUp(const IsolatorParts& parts, Releases& releases, const Json& plan,
                         std::vector<StepError> before, const std::exception_ptr& reason) {
  const auto container = plan.at("container").get<std::string>();
  const std::vector<Error> others = reason ? std::vector<Error>{errorOf(reason)} : std::vector<Error>{};
  std::vector<StepError> failures;
  try {
    Leftovers left = parts.ledger.change([&](LedgerWriter& rows) { return forgetContainer(rows, container); });
    // A release that has just failed is not tried again at once.
    std::erase_if(left.volumes, [&](const VolumeId& volume) {
      return std::any_of(before.begin(), before.end(), [&](const StepError& failure) {
        return failure.phase() == Phase::undo && isAbout(failure.step(), volume);
      });
    });
    for (const Release& release : releases.releaseAll(left.volumes, {container})) {
      if (release.outcome != Release::Outcome::failed) continue;
      for (const Json& step : plan.at("steps")) {
        if (!isAbout(step, release.volume)) continue;
        failures.emplace_back(step, Phase::undo, *release.error);
        break;
      }
    }
    const auto more = removeDirectories(parts, container, left.directories, plan.at("steps").size());
    failures.insert(failures.end(), more.begin(), more.end());
  } catch (const Error& error) {
    // The container stays as it is: the next prepare, cleanup or recover of it goes on from there.
    throw PlanFailedError(plan, std::move(before), {error});
  }
  if (failures.empty() && before.empty()) std::rethrow_exception(reason);
  before.insert(before.end(), failures.begin(), failures.end());
  throw PlanFailedError(plan, std::move(before), others);
}

Prepared carryOut(const IsolatorParts& parts, Releases& releases, const Preparation& preparation, Json plan) {
  const std::string& container = preparation.source.container;
  const Json& steps = plan.at("steps");
  PrepareRun run(parts, releases, preparation.source, steps);
  const StepRunner runner = run.runner();
  const Telling telling{parts.events, container};
  tellPlanned(parts, container, plan);
  std::vector<StepError> failures = performSteps(steps, runner, telling, OnFailure::stop);
  if (!failures.empty()) {
    const auto undone = undoSteps(steps, runner, telling);
    failures.insert(failures.end(), undone.begin(), undone.end());
    giveUp(parts, releases, plan, std::move(failures), nullptr);
  }
  try {
    Json answer = prepareAnswer(plan, [&](int step) { return run.mountpointOf(step); });
    parts.ledger.change([&](LedgerWriter& rows) { rows.finish(container, toJsonText(answer)); });
    return {std::move(answer), preparation.inspection, std::move(plan), false};
  } catch (...) {
    const std::exception_ptr reason = std::current_exception();
    giveUp(parts, releases, plan, undoSteps(steps, runner, telling), reason);
  }
}

}  // namespace

Prepared prepareContainer(const IsolatorParts& parts, Releases& releases, const Preparation& preparation) {
  const std::string& container = preparation.source.container;
  Beginning beginning = begin(parts, preparation);
  if (beginning.kind == Beginning::Kind::brokenOff) {
    try {
      cleanContainer(parts, releases, container);
    } catch (const PlanFailedError&) {
      // A volume that cannot be released is tried again later, and keeps nobody from anything.
    }
    beginning = begin(parts, preparation);
  }
  if (beginning.kind == Beginning::Kind::repeated) {
    parts.events.tell(EventLevel::info, "repeated", {{"container", container}});
    return {std::move(beginning.document), preparation.inspection, nullptr, true};
  }
  if (beginning.kind != Beginning::Kind::begun) {
    throw defect("expected the container " + inQuotes(container) + " to be cleaned up");
  }
  return carryOut(parts, releases, preparation, std::move(beginning.document));
}

std::string requestHash(std::int32_t kind, const std::string& policy, const std::string& document) {
  const std::string head = "prepare/1 " + std::to_string(kind) + " " + std::to_string(policy.size()) + " " +
                           std::to_string(document.size()) + "\n";
  return sha256(head + policy + document);
}

}  // namespace dvdi
