#include "driver/plugin-driver.hpp"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "driver/mountpoint.hpp"
#include "engine/sha256.hpp"
#include "system/printable-text.hpp"
#include "system/redaction.hpp"
#include "system/text-file.hpp"

namespace dvdi {

namespace {

/** Keeps our ids apart from those that anybody else derives from the machine's id (see machine-id(5)). */
constexpr const char* purpose = "mesos-module-dvdi/mount-id/1";

/** Any failure of the protocol as an error of the driver, without secrets. */
template <typename Act>
auto perform(const VolumeCall& call, const char* operation, const VolumeOptions& options, Act act) {
  try {
    return act();
  } catch (const PluginFailure& failure) {
    const std::string& name = call.volume.name;
    const std::string subject = name.empty() ? "" : " of volume \"" + printableText(name) + "\"";
    const std::string message = Redactor(toJson(options)).text(failure.what());
    throw DriverError(failure.fault(),
                      operation + subject + " by driver \"" + printableText(call.volume.driver) + "\": " + message,
                      failure.mayHaveActed());
  }
}

/** Like `find`, when what is refused may be confirmed in another way. */
template <typename Act>
std::optional<PluginFailure> refusalOf(Act act) {
  try {
    act();
  } catch (const PluginFailure& failure) {
    if (failure.fault() != DriverFault::refused) throw;
    return failure;
  }
  return std::nullopt;
}

std::optional<PluginVolume> inList(const std::vector<PluginVolume>& volumes, const std::string& name) {
  const auto found =
      std::find_if(volumes.begin(), volumes.end(), [&](const PluginVolume& volume) { return volume.name == name; });
  if (found == volumes.end()) return std::nullopt;
  return *found;
}

/**
 * Looks a volume up.
 *
 * The protocol has no code for "no such volume", only a text of the driver's own, which may as well say that its
 * storage is out of reach. So a refusal of Get is confirmed with List, and a volume counts as missing only when List
 * does without it. What cannot be told is an error: to create a volume that exists may cost its data.
 */
std::optional<PluginVolume> findVolume(const PluginClient& client, const std::string& name) {
  std::optional<PluginVolume> found;
  const auto refusal = refusalOf([&] { found = client.get(name); });
  if (!refusal) return found ? found : inList(client.list(), name);
  std::vector<PluginVolume> volumes;
  if (const auto second = refusalOf([&] { volumes = client.list(); })) {
    throw PluginFailure(DriverFault::refused,
                        std::string("cannot tell whether the volume exists: Get: ") + refusal->what() +
                            "; List: " + second->what(),
                        false, false, refusal->isUnimplemented());
  }
  const auto listed = inList(volumes, name);
  if (!listed || refusal->isUnimplemented()) return listed;
  throw *refusal;
}

/**
 * The mountpoint of a volume that the driver has described. Some leave it out of Get and name it in Path only; when
 * Path is refused too, as others do for a volume that is not mounted, the description has the last word.
 */
std::optional<std::string> mountpointIn(const PluginClient& client, const PluginVolume& volume) {
  if (!volume.mountpoint) {
    std::optional<std::string> path;
    static_cast<void>(refusalOf([&] { path = client.path(volume.name); }));
    return path;
  }
  if (const auto fault = mountpointFault(*volume.mountpoint)) {
    throw PluginFailure(DriverFault::answer, "the plugin's answer is no mountpoint: " + *fault, false);
  }
  return volume.mountpoint;
}

}  // namespace

PluginDriver::PluginDriver(PluginDriverOptions options) : options_(std::move(options)) {}

std::string PluginDriver::mount(const MountCall& call) {
  return perform(call, "mount", call.options, [&] {
    const std::string& name = call.volume.name;
    const PluginClient client = open(call);
    if (!findVolume(client, name)) {
      if (!call.mayCreate) {
        throw PluginFailure(DriverFault::refused, "the driver has no volume \"" + printableText(name) + "\"", false);
      }
      client.create(name, call.options);
    }
    return client.mount(name, mountIdOf(call.volume));
  });
}

void PluginDriver::unmount(const VolumeCall& call) {
  perform(call, "unmount", {}, [&] { open(call).unmount(call.volume.name, mountIdOf(call.volume)); });
}

std::optional<std::string> PluginDriver::mountpointOf(const VolumeCall& call) {
  return perform(call, "mountpointOf", {}, [&]() -> std::optional<std::string> {
    const PluginClient client = open(call);
    std::optional<PluginVolume> volume;
    try {
      volume = findVolume(client, call.volume.name);
    } catch (const PluginFailure& failure) {
      // A plugin from before Docker 1.10, without Get and List.
      if (!failure.isUnimplemented()) throw;
      return client.path(call.volume.name);
    }
    if (!volume) return std::nullopt;
    return mountpointIn(client, *volume);
  });
}

PluginClient PluginDriver::open(const VolumeCall& call) const {
  const auto deadline = std::chrono::steady_clock::now() + call.timeout;
  return {call.volume.driver, options_.directories, {deadline, call.stop, options_.mayWait, options_.notice}};
}

std::string PluginDriver::mountIdOf(const VolumeId& volume) const {
  return pluginMountId(options_.machine.empty() ? readMachineName() : options_.machine, volume);
}

std::string pluginMountId(const std::string& machine, const VolumeId& volume) {
  return sha256(toJsonText(Json::array({purpose, machine, volume.driver, volume.name})));
}

std::string readMachineName() {
  std::string id = readTextFile("/etc/machine-id").value_or("");
  while (!id.empty() && (id.back() == '\n' || id.back() == ' ')) id.pop_back();
  if (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos) return id;
  std::array<char, HOST_NAME_MAX + 1> host{};
  ::gethostname(host.data(), host.size() - 1);
  return std::string("host:") + host.data();
}

}  // namespace dvdi
