#include "isolator/release-runner.hpp"

#include <algorithm>

#include "isolator/directory-steps.hpp"

namespace dvdi {

std::vector<StepError> performReleases(const IsolatorParts& parts, const Json& steps,
                                       const std::optional<std::string>& container, const ReleaseActs& acts,
                                       OnFailure onFailure) {
  DirectorySteps directories(parts.ledger, steps, container.value_or(""), [](int step) -> Mountpoint {
    throw defect("expected no volume to be mounted, got a reference to step " + std::to_string(step));
  });
  const auto perform = [&](const Json& step) -> Json {
    const auto action = step.at("action").get<std::string>();
    if (action == "unmountVolume") {
      // The plan may be out of date: whether the volume may go is asked again. That it may not is no failure.
      const Release release = acts.release(volumeIdFrom(step.at("volume")));
      if (release.outcome == Release::Outcome::failed) throw Error(*release.error);
      if (release.outcome == Release::Outcome::inUse) return {{"removal", "in-use"}};
      return nullptr;
    }
    if (action == "removeDirectory") return {{"removal", directories.remove(step)}};
    if (action != "forget") throw defect("expected a step of a cleanup or recover, got " + action);
    acts.forget(step.at("container").get<std::string>());
    return nullptr;
  };
  return performSteps(steps, {perform}, {parts.events, container}, onFailure);
}

Leftovers forgetContainer(LedgerWriter& rows, const std::string& container) {
  Leftovers left;
  for (const LedgerVolume& volume : rows.volumesOf(container)) {
    if (volume.users == 0 && volume.state != VolumeState::released) left.volumes.push_back(volume.id);
  }
  const std::vector<LedgerDirectory> made = rows.directoriesOf(container);
  rows.forget(container);
  for (const LedgerDirectory& directory : made) {
    if (!rows.pathInUse(directory.path, container)) left.directories.push_back(directory.path);
  }
  std::stable_sort(left.directories.begin(), left.directories.end(),
                   [](const std::string& one, const std::string& other) { return one.size() > other.size(); });
  return left;
}

std::vector<StepError> removeDirectories(const IsolatorParts& parts, const std::string& container,
                                         const std::vector<std::string>& paths, std::size_t firstId) {
  Json steps = Json::array();
  for (const std::string& path : paths) {
    const std::size_t id = firstId + steps.size();
    const Json after = steps.empty() ? Json::array() : Json::array({id - 1});
    steps.push_back({{"id", id},
                     {"after", after},
                     {"action", "removeDirectory"},
                     {"location", {{"within", nullptr}, {"path", path}}},
                     {"undo", nullptr}});
  }
  return performReleases(parts, steps, container, {}, OnFailure::goOn);
}

}  // namespace dvdi
