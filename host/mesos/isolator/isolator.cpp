#include "isolator/isolator.hpp"

#include <algorithm>
#include <utility>

#include "isolator/checkpoint-import.hpp"
#include "isolator/cleaning.hpp"
#include "isolator/dead-work.hpp"
#include "isolator/mount-look.hpp"
#include "system/boot-id.hpp"
#include "system/iso-time.hpp"

namespace dvdi {

namespace {

/** What the first error says; `plan` says the rest. */
Json reasonIn(const Json& findings) {
  for (const Json& finding : findings) {
    if (finding.at("severity") == "error") return finding.at("message");
  }
  return nullptr;
}

/** The container of a held name; null for the name of something else. */
Json containerOfKey(const std::string& name) {
  const std::string prefix = containerKey("");
  return name.starts_with(prefix) ? Json(name.substr(prefix.size())) : Json();
}

/** A held name for people: the name of a volume has a zero byte in it. */
std::string holdTitle(std::string name) {
  std::replace(name.begin(), name.end(), '\0', ' ');
  return name;
}

}  // namespace

Isolator::Isolator(CorePort& core, IsolatorOptions options)
    : core_(core),
      events_(std::move(options.listener)),
      ledger_(options.stateDirectory, world()),
      drivers_(std::move(options.ways), ledger_.holder(), events_),
      parts_{core_, ledger_, drivers_, events_},
      releases_(parts_),
      isRetrying_(options.isRetrying),
      imported_(importCheckpoints(parts_, checkpointPlaces(options.stateDirectory, options.workDirectory))) {}

Isolator::~Isolator() {
  settle();
  if (retry_.joinable()) retry_.join();
}

Json Isolator::inspect(const std::string& document, std::int32_t kind) { return core_.inspect(kind, document); }

Json Isolator::plan(const std::string& container, const std::string& document, std::int32_t kind) {
  const std::vector<VolumeId> ids = volumeIdsIn(inspect(document, kind).at("requests"));
  auto volumes = ledger_.read([&](LedgerReader& rows) { return rows.volumesLike(ids, container); });
  notePresences(volumes, lookAtVolumes(volumes));
  Json list = Json::array();
  for (const LedgerVolume& volume : volumes) list.push_back(toJson(volume));
  return core_.prepare({{"container", container}, {"kind", kind}, {"ledger", {{"volumes", list}}}}, document);
}

Prepared Isolator::prepare(const std::string& container, const std::string& document, std::int32_t kind,
                           const PrepareOptions& options) {
  return tell("prepare", container, [&] {
    Json inspection = inspect(document, kind);
    const Json requests = inspection.at("requests");
    if (isDenied(inspection)) throw RefusedError("the document", inspection.at("findings"), requests);
    if (options.stop.stop_requested()) throw StoppedError("a prepare");
    const Preparation preparation{{container, document, kind, requests, options.stop},
                                  std::move(inspection),
                                  requestHash(kind, core_.policy(), document),
                                  options.process};
    const Hold held = ledger_.hold(containerKey(container), {containerHoldTimeout, options.stop});
    return prepareContainer(parts_, releases_, preparation);
  });
}

Json Isolator::cleanup(const std::string& container) {
  struct RetryAfter {
    Isolator& isolator;
    ~RetryAfter() { isolator.retryDue(); }
  };
  const RetryAfter retry{*this};
  return tell("cleanup", container, [&] {
    const Hold held = ledger_.hold(containerKey(container), {containerHoldTimeout});
    return cleanContainer(parts_, releases_, container);
  });
}

Recovery Isolator::recover(const RecoverOptions& options) {
  return tell("recover", std::nullopt, [&] { return recoverContainers(parts_, releases_, options); });
}

std::vector<Release> Isolator::releaseVolumes(const WhichVolumes& which) {
  if (const auto* named = std::get_if<std::vector<VolumeId>>(&which)) return releases_.releaseAll(*named, {});
  const bool isAll = std::holds_alternative<AllVolumes>(which);
  const auto volumes = ledger_.read([&](LedgerReader& rows) { return rows.releasable(uptimeNow(), isAll); });
  return releases_.releaseAll(volumes, {std::nullopt, !isAll});
}

Forgotten Isolator::forgetVolume(const VolumeId& volume) {
  return ledger_.change([&](LedgerWriter& rows) {
    const auto row = rows.volume(volume);
    if (!row) return Forgotten::notKnown;
    if (!row->containers.empty()) return Forgotten::inUse;
    rows.forgetVolume(volume);
    return Forgotten::forgotten;
  });
}

Json Isolator::list() {
  struct Found {
    std::vector<VolumeRecord> volumes;
    std::vector<ContainerRecord> containers;
    Json damages;
  };
  const Found found = ledger_.read([](LedgerReader& rows) {
    return Found{rows.volumes(), rows.containers(), rows.damages()};
  });
  const MountTable table = readMountTable();
  Json volumes = Json::array();
  for (const VolumeRecord& volume : found.volumes) {
    Json row = toJson(volume);
    const bool isMount = volume.state == VolumeState::mounted && volume.mount;
    row["presence"] = isMount ? Json(textOf(presenceIn(table, *volume.mount))) : Json();
    volumes.push_back(std::move(row));
  }
  Json containers = Json::array();
  for (const ContainerRecord& container : found.containers) containers.push_back(toJson(container));
  return {{"volumes", volumes}, {"containers", containers}, {"damages", found.damages}};
}

void Isolator::settle() {
  std::unique_lock lock(retryMutex_);
  retryDone_.wait(lock, [this] { return !hasRetry_; });
}

template <typename Act>
auto Isolator::tell(const char* operation, const std::optional<std::string>& container, Act act)
    -> std::invoke_result_t<Act> {
  const auto start = std::chrono::steady_clock::now();
  const auto completed = [&](const Json& error) {
    events_.tell(error.is_null() ? EventLevel::info : EventLevel::error, "completed",
                 {{"container", toJson(container)},
                  {"operation", operation},
                  {"durationMs", elapsedMs(start)},
                  {"error", error}});
  };
  try {
    auto result = act();
    completed(nullptr);
    return result;
  } catch (const RefusedError& error) {
    events_.tell(EventLevel::warn, "refused",
                 {{"container", toJson(container)},
                  {"codes", firstItems(codesIn(error.findings()))},
                  {"reason", reasonIn(error.findings())}});
    throw;
  } catch (const ContainerConflictError&) {
    events_.tell(EventLevel::warn, "conflict", {{"container", toJson(container)}});
    throw;
  } catch (const Error& error) {
    completed(toJson(error));
    throw;
  }
}

/** Tries what is due once more. Nobody waits for it, so that failures are told and not thrown. */
void Isolator::retryDue() {
  if (!isRetrying_) return;
  const std::scoped_lock lock(retryMutex_);
  if (hasRetry_) return;
  if (retry_.joinable()) retry_.join();
  hasRetry_ = true;
  retry_ = std::thread([this] {
    try {
      for (const Release& release : releaseVolumes(DueVolumes{})) {
        if (release.outcome != Release::Outcome::failed) continue;
        Json fields = {{"container", nullptr}};
        fields.update(volumeFields(release.volume));
        fields["error"] = toJson(*release.error);
        events_.tell(EventLevel::error, "retry-failed", std::move(fields));
      }
    } catch (const Error&) {
      // The ledger itself failed: the next operation runs into it and says so.
    }
    const std::scoped_lock done(retryMutex_);
    hasRetry_ = false;
    retryDone_.notify_all();
  });
}

HoldsWorld Isolator::world() {
  return {[this](const DeadHold& dead) { endWork(ledger_, dead); },
          [this](const DeadHold& dead) {
            events_.tell(EventLevel::warn, "taken-over",
                         {{"container", containerOfKey(dead.name)},
                          {"hold", holdTitle(dead.name)},
                          {"holder", dead.holder},
                          {"holderPid", dead.pid},
                          {"since", isoTime(dead.sinceMs)}});
          }};
}

}  // namespace dvdi
