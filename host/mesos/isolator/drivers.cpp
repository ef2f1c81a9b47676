#include "isolator/drivers.hpp"

#include <utility>

#include "driver/dvdcli-driver.hpp"
#include "driver/plugin-driver.hpp"
#include "system/deadline.hpp"

namespace dvdi {

namespace {

/** A driver that keeps its own limit gets this much more: to end a process, or to tell what it knows. */
constexpr std::chrono::milliseconds grace{15'000};

DriverError lateError(const VolumeCall& call, bool changes) {
  return DriverError(DriverFault::timeout,
                     "expected the driver to keep its limit of " + std::to_string(call.timeout.count()) +
                         " ms, got no answer for " + std::to_string(grace.count()) + " ms more",
                     changes);
}

DriverError redactedError(const DriverError& error, const VolumeOptions& options) {
  const Error plain = secretFree(error, options);
  return DriverError(error.fault(), plain.what(), error.isUncertain(), plain.causes());
}

}  // namespace

Drivers::Drivers(DriverWays ways, std::string holder, Events& events)
    : ways_(std::move(ways)), holder_(std::move(holder)), events_(events) {
  if (!ways_.dvdcli) {
    ways_.dvdcli = [holder = holder_](const std::string& executable) {
      DvdcliOptions options;
      options.markOf = [holder](const VolumeId& volume) { return markOfWork(holder, volume); };
      return std::make_shared<DvdcliDriver>(executable, std::move(options));
    };
  }
}

std::string Drivers::mount(const Transport& transport, const DriverUse& use, const MountCall& call) {
  return observe("mount", transport, use, call, [driver = find(transport), call] { return driver->mount(call); });
}

void Drivers::unmount(const Transport& transport, const DriverUse& use, const VolumeCall& call) {
  observe("unmount", transport, use, call, [driver = find(transport), call] { driver->unmount(call); });
}

std::optional<std::string> Drivers::mountpointOf(const Transport& transport, const DriverUse& use,
                                                 const VolumeCall& call) {
  return observe("mountpointOf", transport, use, call,
                 [driver = find(transport), call] { return driver->mountpointOf(call); });
}

std::shared_ptr<VolumeDriver> Drivers::find(const Transport& transport) {
  const std::scoped_lock lock(mutex_);
  if (transport.executable) {
    auto& driver = dvdclis_[*transport.executable];
    if (driver == nullptr) driver = ways_.dvdcli(*transport.executable);
    return driver;
  }
  if (ways_.plugin == nullptr) {
    PluginDriverOptions options;
    options.notice = [this](const std::string& text) {
      events_.tell(EventLevel::warn, "driver-waited-for", {{"message", text}});
    };
    ways_.plugin = std::make_shared<PluginDriver>(std::move(options));
  }
  return ways_.plugin;
}

template <typename Act>
auto Drivers::observe(const char* operation, const Transport& transport, const DriverUse& use, const VolumeCall& call,
                      Act act) -> std::invoke_result_t<Act> {
  const auto start = std::chrono::steady_clock::now();
  const bool changes = std::string_view(operation) != "mountpointOf";
  const auto report = [&](const Error* error, const char* outcome, bool isUncertain) {
    Json fields = {{"container", toJson(use.container)}, {"operation", operation}};
    fields.update(volumeFields(call.volume));
    fields["transport"] = transport.executable ? "dvdcli" : "plugin";
    if (transport.executable) fields["executable"] = *transport.executable;
    fields["durationMs"] = elapsedMs(start);
    fields["outcome"] = outcome;
    fields["uncertain"] = isUncertain;
    fields["error"] = error == nullptr ? Json() : toJson(*error);
    events_.tell(error == nullptr ? EventLevel::info : EventLevel::warn, "driver-called", std::move(fields),
                 toJson(use.options));
  };
  try {
    const auto late = [&] { throw lateError(call, changes); };
    if constexpr (std::is_void_v<std::invoke_result_t<Act>>) {
      withDeadline(call.timeout + grace, std::move(act), late);
      report(nullptr, "done", false);
    } else {
      auto answer = withDeadline(call.timeout + grace, std::move(act), late);
      report(nullptr, "done", false);
      return answer;
    }
  } catch (const DriverError& reason) {
    const DriverError error = redactedError(reason, use.options);
    report(&error, error.code().c_str(), error.isUncertain());
    throw error;
  } catch (const Error& error) {
    report(&error, "failed", changes);
    throw;
  }
}

std::pair<std::string, std::string> markOfWork(const std::string& holder, const VolumeId& volume) {
  return {"DVDI_HOLD", holder + " " + volume.driver + "\t" + volume.name};
}

}  // namespace dvdi
