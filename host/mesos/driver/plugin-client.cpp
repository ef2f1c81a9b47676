#include "driver/plugin-client.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "driver/mountpoint.hpp"
#include "driver/plugin-json.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/** Docker's own limits: two minutes for what makes or attaches storage, one for the rest. */
constexpr milliseconds slowCallTimeout{120'000};
constexpr milliseconds callTimeout{60'000};

constexpr milliseconds firstDelay{1'000};

/** Docker gives up when the next wait would end past this; with 1, 2, 4 and 8 s it waits 15 s in all. */
constexpr milliseconds retryWithin{30'000};

bool isSlow(const std::string& method) { return method == "VolumeDriver.Create" || method == "VolumeDriver.Mount"; }

bool isChanging(const std::string& method) { return isSlow(method) || method == "VolumeDriver.Unmount"; }

PluginFailure answerFailure(const std::string& expected, const Json* got, bool mayHaveActed) {
  return PluginFailure(DriverFault::answer, "expected " + expected + " from the plugin, got " + shownValue(got),
                       mayHaveActed);
}

/** One call; its failure says truly whether the plugin may have changed something. */
Json callPlugin(const PluginEndpoint& endpoint, const std::string& method, const std::string& body,
                const OperationLimits& limits) {
  const auto left = std::chrono::duration_cast<milliseconds>(limits.deadline - Clock::now());
  const milliseconds timeout = std::min(isSlow(method) ? slowCallTimeout : callTimeout, left);
  try {
    return readAnswer(postToPlugin({endpoint, method, body, timeout, limits.stop}));
  } catch (const PluginFailure& failure) {
    if (!isChanging(method)) throw failure.withoutEffect();
    throw;
  }
}

PluginVolume readVolume(const Json& value) {
  const Json* name = value.is_object() ? member(value, "Name") : nullptr;
  if (name == nullptr || !name->is_string() || *name == "") {
    throw answerFailure("a volume with a text \"Name\"", &value, false);
  }
  const Json* mountpoint = member(value, "Mountpoint");
  if (mountpoint != nullptr && !mountpoint->is_string()) {
    throw answerFailure("a text \"Mountpoint\"", mountpoint, false);
  }
  PluginVolume volume{name->get<std::string>(), std::nullopt};
  if (mountpoint != nullptr && *mountpoint != "") volume.mountpoint = mountpoint->get<std::string>();
  return volume;
}

std::string readMountpoint(const Json& answer, bool mayHaveActed) {
  const Json* mountpoint = member(answer, "Mountpoint");
  if (mountpoint == nullptr || !mountpoint->is_string()) {
    throw answerFailure("a text \"Mountpoint\"", mountpoint, mayHaveActed);
  }
  auto text = mountpoint->get<std::string>();
  if (const auto fault = mountpointFault(text)) {
    throw PluginFailure(DriverFault::answer, "the plugin's answer is no mountpoint: " + *fault, mayHaveActed);
  }
  return text;
}

}  // namespace

PluginClient::PluginClient(const std::string& driver, const PluginDirectories& directories, OperationLimits limits)
    : limits_(std::move(limits)) {
  // Finding and reaching it are one wait: a plugin that starts makes its socket first and answers on it later.
  const Json manifest = retryConnection(
      [&] {
        endpoint_ = discoverPlugin(driver, directories);
        return callPlugin(endpoint_, "Plugin.Activate", "", limits_);
      },
      limits_);
  const Json* kinds = member(manifest, "Implements");
  if (kinds == nullptr || !kinds->is_array()) throw answerFailure("a list \"Implements\"", kinds, false);
  if (std::find(kinds->begin(), kinds->end(), "VolumeDriver") != kinds->end()) return;
  throw PluginFailure(DriverFault::missing,
                      "the plugin \"" + printableText(driver) + "\" is no volume driver: it implements " +
                          shownValue(kinds),
                      false);
}

void PluginClient::create(const std::string& name, const VolumeOptions& options) const {
  Json values = Json::object();
  for (const auto& [key, value, isSecret] : options) values[key] = value;
  static_cast<void>(call("Create", {{"Name", name}, {"Opts", values}}));
}

std::string PluginClient::mount(const std::string& name, const std::string& id) const {
  return readMountpoint(call("Mount", {{"Name", name}, {"ID", id}}), true);
}

void PluginClient::unmount(const std::string& name, const std::string& id) const {
  static_cast<void>(call("Unmount", {{"Name", name}, {"ID", id}}));
}

std::optional<std::string> PluginClient::path(const std::string& name) const {
  const Json answer = call("Path", {{"Name", name}});
  const Json* mountpoint = member(answer, "Mountpoint");
  if (mountpoint == nullptr || *mountpoint == "") return std::nullopt;
  return readMountpoint(answer, false);
}

std::optional<PluginVolume> PluginClient::get(const std::string& name) const {
  const Json answer = call("Get", {{"Name", name}});
  const Json* volume = member(answer, "Volume");
  if (volume == nullptr) return std::nullopt;
  return readVolume(*volume);
}

std::vector<PluginVolume> PluginClient::list() const {
  const Json answer = call("List", Json::object());
  const Json* volumes = member(answer, "Volumes");
  // Go writes a list that was never made as null.
  if (volumes == nullptr) return {};
  if (!volumes->is_array()) throw answerFailure("a list \"Volumes\"", volumes, false);
  std::vector<PluginVolume> all;
  for (const Json& volume : *volumes) all.push_back(readVolume(volume));
  return all;
}

Json PluginClient::call(const std::string& method, const Json& parameters) const {
  const std::string body = toJsonText(parameters);
  return retryConnection([&] { return callPlugin(endpoint_, "VolumeDriver." + method, body, limits_); }, limits_);
}

Json retryConnection(const std::function<Json()>& attempt, const OperationLimits& limits) {
  const Clock::time_point start = Clock::now();
  for (milliseconds delay = firstDelay;; delay *= 2) {
    try {
      return attempt();
    } catch (const PluginFailure& failure) {
      const Clock::time_point resume = Clock::now() + delay;
      const bool isOver = resume - start >= retryWithin || resume >= limits.deadline;
      if (!limits.mayWait || !failure.isRetriable() || isOver) throw;
      if (limits.notice) {
        limits.notice(std::string(failure.what()) + "; next attempt in " + std::to_string(delay.count() / 1000) + " s");
      }
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait_until(lock, limits.stop, resume, [] { return false; });
      if (limits.stop.stop_requested()) {
        throw PluginFailure(DriverFault::timeout,
                            std::string("the caller gave up while waiting: ") + failure.what(), false);
      }
    }
  }
}

}  // namespace dvdi
