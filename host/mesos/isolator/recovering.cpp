#include "isolator/recovering.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "isolator/cleaning.hpp"
#include "isolator/recover-parts.hpp"
#include "isolator/release-runner.hpp"
#include "system/boot-id.hpp"

namespace dvdi {

namespace {

/** Somebody works on a container that a runtime does not know: that ends soon, or the next recover sees to it. */
constexpr std::chrono::milliseconds holdTimeout{10'000};

/** What a recover says of one volume. */
void tellVolume(const IsolatorParts& parts, const Json& volume) {
  const auto kind = volume.at("class").get<std::string>();
  const bool isUsual = kind == "in-use" || kind == "orphaned";
  Json fields = {{"container", nullptr}};
  fields.update(volumeFields(volumeIdFrom(volume)));
  fields.update({{"class", kind},
                 {"reason", volume.at("reason")},
                 {"mountpoint", volume.at("mountpoint")},
                 {"users", volume.at("users")},
                 {"action", volume.at("step").is_null() ? "keep" : "unmount"}});
  parts.events.tell(isUsual ? EventLevel::info : EventLevel::warn, "recover-volume", std::move(fields));
}

void tellPlan(const IsolatorParts& parts, const Json& plan, bool isDryRun) {
  parts.events.tell(EventLevel::info, "recover-planned",
                    {{"container", nullptr},
                     {"verdict", plan.at("verdict")},
                     {"codes", firstItems(codesIn(plan.at("findings")))},
                     {"dryRun", isDryRun},
                     {"gone", firstItems(plan.at("gone"))},
                     {"goneCount", plan.at("gone").size()},
                     {"volumeCount", plan.at("volumes").size()},
                     {"stepCount", plan.at("steps").size()}},
                    plan);
  for (const Json& volume : plan.at("volumes")) tellVolume(parts, volume);
}

bool isHeld(Ledger& ledger, const std::string& container) {
  try {
    const Hold held = ledger.hold(containerKey(container), {std::chrono::milliseconds(0)});
    return false;
  } catch (const LedgerError& error) {
    if (error.code() != "ledger-busy") throw;
    return true;
  }
}

bool isSame(const ContainerRecord& one, const ContainerRecord& other) {
  return one.createdMs == other.createdMs && one.requestHash == other.requestHash &&
         (one.state == other.state || other.state != ContainerState::prepared);
}

class Recover {
 public:
  Recover(const IsolatorParts& parts, Releases& releases, const RecoverOptions& options)
      : parts_(parts), releases_(releases), options_(options) {}

  Recovery toEnd() {
    const auto records = parts_.ledger.read([](LedgerReader& rows) { return rows.containers(); });
    std::vector<std::string> names;
    for (const ContainerRecord& record : records) names.push_back(record.container);
    findGone(records);
    std::vector<Json> plans;
    std::vector<StepError> failures;
    const auto isGone = [&](const std::string& container) {
      const std::scoped_lock lock(mutex_);
      return gone_.contains(container);
    };
    forEachRecoverPart(parts_.ledger, names, isGone, [&](const Json& part) {
      plans.push_back(ask(part));
      tellPlan(parts_, plans.back(), options_.isDryRun);
      if (options_.isDryRun) return;
      const auto failed = carryOut(plans.back());
      failures.insert(failures.end(), failed.begin(), failed.end());
    });
    if (!options_.isDryRun) releaseOthers();
    // A ledger that is empty gives no part; the core says how an empty plan looks.
    if (plans.empty()) {
      const Json none = Json::array();
      plans.push_back(
          ask({{"ledger", {{"containers", none}, {"volumes", none}, {"directories", none}}}, {"mounts", none}}));
    }
    return {mergeRecoverPlans(plans), std::move(failures)};
  }

 private:
  /**
   * The containers that nothing keeps: the runtime does not know them, their process is gone, and no isolator that is
   * alive works on them. With the records as they were, since one may be prepared anew before it is forgotten.
   */
  void findGone(const std::vector<ContainerRecord>& records) {
    std::set<std::string> known(options_.running.begin(), options_.running.end());
    known.insert(options_.orphans.begin(), options_.orphans.end());
    for (const ContainerRecord& record : records) {
      if (options_.judged && !options_.judged->contains(record.container)) continue;
      if (known.contains(record.container) || (record.process && isAlive(*record.process))) continue;
      // What is prepared is not being worked on, or its cleanup is about to begin, which does no harm.
      if (record.state != ContainerState::prepared && isHeld(parts_.ledger, record.container)) continue;
      gone_.emplace(record.container, record);
    }
  }

  /** Everybody who is named and not known to be gone is kept: also who came into the ledger after it was looked at. */
  Json ask(const Json& part) {
    const std::set<std::string> orphans(options_.orphans.begin(), options_.orphans.end());
    Json running = Json::array();
    Json kept = Json::array();
    std::set<std::string> seen;
    const auto add = [&](const Json& containers) {
      if (!containers.is_array()) return;
      for (const Json& each : containers) {
        const auto container = each.get<std::string>();
        const std::scoped_lock lock(mutex_);
        if (gone_.contains(container) || !seen.insert(container).second) continue;
        (orphans.contains(container) ? kept : running).push_back(container);
      }
    };
    const Json& ledger = part.at("ledger");
    add(ledger.at("containers"));
    for (const Json& volume : ledger.at("volumes")) add(volume.at("containers"));
    for (const Json& directory : ledger.at("directories")) add(directory.at("containers"));
    Json request = {{"boot", bootId()}, {"running", running}, {"orphans", kept}};
    request.update(part);
    Json plan = parts_.core.recover(request);
    if (isDenied(plan)) throw RefusedError("the request", plan.at("findings"));
    return plan;
  }

  std::vector<StepError> carryOut(const Json& plan) {
    ReleaseActs acts;
    acts.release = [this](const VolumeId& volume) {
      Release release = releases_.release(volume, {});
      // One in use may lose its users with the next part.
      const std::scoped_lock lock(mutex_);
      if (release.outcome != Release::Outcome::inUse) tried_.insert(volume);
      return release;
    };
    acts.forget = [this](const std::string& container) { forget(container); };
    return performReleases(parts_, plan.at("steps"), std::nullopt, acts, OnFailure::skipDependents);
  }

  /** Forgets a container, unless it is another one by now: prepared anew, or being worked on. */
  void forget(const std::string& container) {
    std::optional<ContainerRecord> before;
    {
      const std::scoped_lock lock(mutex_);
      const auto found = gone_.find(container);
      if (found != gone_.end()) before = found->second;
    }
    bool isKept = false;
    try {
      const Hold held = parts_.ledger.hold(containerKey(container), {holdTimeout});
      isKept = parts_.ledger.change([&](LedgerWriter& rows) {
        const auto now = rows.container(container);
        if (!now) return false;
        if (!before || !isSame(*before, *now)) return true;
        rows.forget(container);
        return false;
      });
    } catch (...) {
      // Whoever holds it keeps it, for what is still to be asked.
      const std::scoped_lock lock(mutex_);
      gone_.erase(container);
      throw;
    }
    const std::scoped_lock lock(mutex_);
    if (isKept) gone_.erase(container);
  }

  /** A volume may have lost its last user while others were seen to. */
  void releaseOthers() {
    auto left = parts_.ledger.read([](LedgerReader& rows) { return rows.releasable({0, bootId()}, true); });
    std::erase_if(left, [&](const VolumeId& volume) { return tried_.contains(volume); });
    for (const Release& release : releases_.releaseAll(left, {})) {
      if (release.outcome != Release::Outcome::failed) continue;
      Json fields = {{"container", nullptr}};
      fields.update(volumeFields(release.volume));
      fields["error"] = toJson(*release.error);
      parts_.events.tell(EventLevel::error, "retry-failed", std::move(fields));
    }
  }

  const IsolatorParts& parts_;
  Releases& releases_;
  const RecoverOptions& options_;
  std::mutex mutex_;
  std::map<std::string, ContainerRecord> gone_;
  std::set<VolumeId> tried_;
};

}  // namespace

Recovery recoverContainers(const IsolatorParts& parts, Releases& releases, const RecoverOptions& options) {
  return Recover(parts, releases, options).toEnd();
}

}  // namespace dvdi
