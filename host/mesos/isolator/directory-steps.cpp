#include "isolator/directory-steps.hpp"

#include <utility>

#include "system/deadline.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** The one name under which directories on the machine are made and removed, by all isolators of a ledger. */
constexpr const char* directoriesKey = "directories";

/** Making or removing one takes milliseconds; who waits this long waits for a filesystem that hangs. */
constexpr std::chrono::milliseconds holdTimeout{60'000};

/** Whether nothing of ours is at a path any more. */
bool isGone(Removal removal) {
  return removal == Removal::removed || removal == Removal::missing || removal == Removal::replaced;
}

/** Calls with the place of a location, what it is under being open for as long. */
template <typename Location, typename Act>
auto withPlace(const Location& location, Act act) {
  if (const auto* mountpoint = std::get_if<Mountpoint>(&location.within)) {
    const Directory directory = openMountpoint(*mountpoint);
    return act(Place{&directory, location.path});
  }
  if (const auto* directory = std::get_if<std::string>(&location.within)) {
    return act(Place{*directory, location.path});
  }
  return act(Place{FromRoot{}, location.path});
}

std::string lookingAt(const std::string& path) { return "looking at the directory " + inQuotes(path); }

}  // namespace

DirectorySteps::DirectorySteps(Ledger& ledger, const Json& steps, std::string container, MountpointOf mountpointOf)
    : ledger_(ledger), steps_(steps), container_(std::move(container)), mountpointOf_(std::move(mountpointOf)) {}

bool DirectorySteps::hasActed(const Json& step) {
  const std::scoped_lock lock(mutex_);
  const auto made = made_.find(step.at("id").get<int>());
  return made != made_.end() && !made->second.empty();
}

void DirectorySteps::require(const Json& step) {
  const Location location = locationOf(step.at("location"));
  lookInTime(lookingAt(location.path), [location] {
    withPlace(location, [](const Place& place) { static_cast<void>(walk(place)); });
  });
}

std::vector<std::string> DirectorySteps::ensure(const Json& step) {
  if (!step.at("location").at("within").is_null()) return make(step, nullptr);
  const Hold held = ledger_.hold(directoriesKey, {holdTimeout});
  std::vector<std::string> noted;
  try {
    return make(step, [&](const std::string& path) {
      ledger_.change([&](LedgerWriter& rows) { rows.noteDirectory(path); });
      noted.push_back(path);
    });
  } catch (...) {
    // What it made before it failed was removed again; what could not be stays in the ledger.
    for (auto path = noted.rbegin(); path != noted.rend(); ++path) removeHeld(*path);
    throw;
  }
}

void DirectorySteps::undoEnsure(const Json& step) {
  const int id = step.at("id").get<int>();
  std::vector<std::string> made;
  {
    const std::scoped_lock lock(mutex_);
    made = made_[id];
  }
  Location location = locationOf(step.at("location"));
  for (auto path = made.rbegin(); path != made.rend(); ++path) {
    location.path = *path;
    removeAt(location);
  }
  const std::scoped_lock lock(mutex_);
  made_.erase(id);
}

std::string DirectorySteps::remove(const Json& step) { return removeAt(locationOf(step.at("location"))); }

void DirectorySteps::matchOwnerOf(const Json& step) {
  const int directory = step.at("directory").get<int>();
  for (const Json& model : steps_) {
    if (model.at("id") != directory) continue;
    const Location location = locationOf(model.at("location"));
    const Mountpoint mountpoint = mountpointOf_(step.at("volume").get<int>());
    lookInTime(lookingAt(location.path), [location, mountpoint] {
      const Directory target = openMountpoint(mountpoint);
      withPlace(location, [&](const Place& place) { matchOwner(target, walk(place)); });
    });
    return;
  }
  throw defect("expected step " + std::to_string(directory) + " to name a directory");
}

DirectorySteps::Location DirectorySteps::locationOf(const Json& location) const {
  const Json& within = location.at("within");
  Location found{location.at("path").get<std::string>(), FromRoot{}};
  if (within.is_string()) found.within = within.get<std::string>();
  if (within.is_object()) found.within = mountpointOf_(within.at("step").get<int>());
  return found;
}

std::vector<std::string> DirectorySteps::make(const Json& step,
                                              const std::function<void(const std::string&)>& beforeMaking) {
  const Location location = locationOf(step.at("location"));
  const Making making{step.at("owner") == "root" ? NewOwner::root : NewOwner::parent,
                      static_cast<mode_t>(step.at("mode").get<unsigned>()), beforeMaking};
  const auto act = [location, making] {
    return withPlace(location, [&](const Place& place) { return ensureDirectory(place, making).made; });
  };
  // A volume's filesystem may hang; the machine's own, where directories are made under the hold, does not.
  const bool isOnMachine = std::holds_alternative<FromRoot>(location.within);
  std::vector<std::string> made = isOnMachine ? act() : lookInTime(lookingAt(location.path), act);
  const std::scoped_lock lock(mutex_);
  made_[step.at("id").get<int>()] = made;
  return made;
}

std::string DirectorySteps::removeAt(const Location& location) {
  if (!std::holds_alternative<FromRoot>(location.within)) {
    return removalText(lookInTime(lookingAt(location.path), [location] {
      return withPlace(location, [](const Place& place) { return removeDirectory(place); });
    }));
  }
  const Hold held = ledger_.hold(directoriesKey, {holdTimeout});
  return removeHeld(location.path);
}

/** Removes a directory on the machine, and its row once nothing of ours is there any more. */
std::string DirectorySteps::removeHeld(const std::string& path) {
  if (ledger_.read([&](LedgerReader& rows) { return rows.pathInUse(path, container_); })) return "in-use";
  const Removal removal = removeAndForget(path);
  if (isGone(removal)) removeAbandonedAbove(path);
  return removalText(removal);
}

Removal DirectorySteps::removeAndForget(const std::string& path) {
  const Removal removal = removeDirectory({FromRoot{}, path});
  if (isGone(removal)) ledger_.change([&](LedgerWriter& rows) { rows.forgetDirectory(path); });
  return removal;
}

/**
 * Removes those of ours above a directory that is gone which nobody claims: the last who needed one may have tried
 * before, and have found it not empty because of what has just been removed. What a later step removes is left to it.
 */
void DirectorySteps::removeAbandonedAbove(const std::string& path) {
  std::vector<std::string> above = directoriesAbove(path);
  above.erase(above.begin());
  for (const std::string& each : above) {
    for (const Json& step : steps_) {
      if (step.at("action") == "removeDirectory" && step.at("location").at("path") == each) return;
    }
    const bool isAbandoned = ledger_.read(
        [&](LedgerReader& rows) { return rows.hasDirectory(each) && !rows.pathInUse(each, ""); });
    if (!isAbandoned || !isGone(removeAndForget(each))) return;
  }
}

}  // namespace dvdi
