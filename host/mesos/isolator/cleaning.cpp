#include "isolator/cleaning.hpp"

#include <algorithm>
#include <set>

#include "isolator/release-runner.hpp"

namespace dvdi {

namespace {

constexpr std::size_t itemsMax = 32;

/** Decides, and notes that the container is being cleaned up. */
Json planCleanup(const IsolatorParts& parts, const std::string& container) {
  return parts.ledger.change([&](LedgerWriter& rows) {
    Json volumes = Json::array();
    for (const LedgerVolume& volume : rows.volumesOf(container)) volumes.push_back(toJson(volume));
    Json directories = Json::array();
    for (const LedgerDirectory& directory : rows.directoriesOf(container)) directories.push_back(toJson(directory));
    Json plan = parts.core.cleanup(
        {{"container", container}, {"ledger", {{"volumes", volumes}, {"directories", directories}}}});
    if (isDenied(plan)) throw RefusedError("the request", plan.at("findings"));
    if (rows.container(container)) rows.beginCleanup(container);
    return plan;
  });
}

/** What the steps of a cleanup are about. */
struct Planned {
  std::set<VolumeId> volumes;
  std::set<std::string> paths;
};

Planned plannedIn(const Json& plan) {
  Planned planned;
  for (const Json& step : plan.at("steps")) {
    if (step.at("action") == "unmountVolume") planned.volumes.insert(volumeIdFrom(step.at("volume")));
    if (step.at("action") == "removeDirectory") {
      planned.paths.insert(step.at("location").at("path").get<std::string>());
    }
  }
  return planned;
}

}  // namespace

Json cleanContainer(const IsolatorParts& parts, Releases& releases, const std::string& container) {
  Json plan = planCleanup(parts, container);
  tellPlanned(parts, container, plan);
  const Planned planned = plannedIn(plan);
  Leftovers left;
  ReleaseActs acts;
  acts.release = [&](const VolumeId& volume) { return releases.release(volume, {container}); };
  acts.forget = [&](const std::string&) {
    left = parts.ledger.change([&](LedgerWriter& rows) { return forgetContainer(rows, container); });
  };
  auto failures = performReleases(parts, plan.at("steps"), container, acts, OnFailure::skipDependents);
  // Those whose last user this was after all, which its plan could not know. A failure is noted with the volume.
  std::erase_if(left.volumes, [&](const VolumeId& volume) { return planned.volumes.contains(volume); });
  static_cast<void>(releases.releaseAll(left.volumes, {container}));
  std::erase_if(left.directories, [&](const std::string& path) { return planned.paths.contains(path); });
  const auto more = removeDirectories(parts, container, left.directories, plan.at("steps").size());
  failures.insert(failures.end(), more.begin(), more.end());
  if (!failures.empty()) throw PlanFailedError(plan, std::move(failures));
  return plan;
}

void tellPlanned(const IsolatorParts& parts, const std::string& container, const Json& plan) {
  const bool isPrepare = plan.at("plan") == "prepare";
  Json volumes = Json::array();
  if (isPrepare) {
    for (const Json& claim : plan.at("claims")) volumes.push_back(volumeFields(volumeIdFrom(claim)));
  } else {
    for (const Json& step : plan.at("steps")) {
      if (step.at("action") == "unmountVolume") volumes.push_back(volumeFields(volumeIdFrom(step.at("volume"))));
    }
  }
  Json fields = {{"container", container},
                 {"operation", plan.at("plan")},
                 {"verdict", plan.at("verdict")},
                 {"codes", firstItems(codesIn(plan.at("findings")))},
                 {"volumes", firstItems(volumes)},
                 {"volumeCount", volumes.size()},
                 {"stepCount", plan.at("steps").size()}};
  parts.events.tell(plan.at("verdict") == "warn" ? EventLevel::warn : EventLevel::info, "planned", std::move(fields),
                    plan);
}

Json firstItems(const Json& list) {
  Json items = Json::array();
  for (std::size_t index = 0; index < std::min(list.size(), itemsMax); ++index) items.push_back(list[index]);
  return items;
}

}  // namespace dvdi
