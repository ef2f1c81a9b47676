#include "module/launch.hpp"

namespace dvdi {
namespace {

/** Mesos mounts before it changes the root: a path in a root filesystem is one of the machine behind that. */
std::string pathOnMachine(const Json& target) {
  const auto path = target.at("path").get<std::string>();
  return target.at("within").is_null() ? path : target.at("within").get<std::string>() + path;
}

ModuleBind bindFrom(const Json& bind) {
  return {.source = bind.at("source").at("path").get<std::string>(),
          .target = pathOnMachine(bind.at("target")),
          .recursive = bind.at("recursive").get<bool>(),
          .readOnly = bind.at("readOnly").get<bool>()};
}

}  // namespace

ModuleLaunch launchFrom(const Json& launch) {
  ModuleLaunch taken{.newMountNamespace = launch.at("newMountNamespace").get<bool>(), .binds = {}, .commands = {}};
  if (!taken.newMountNamespace) return taken;
  for (const Json& bind : launch.at("binds")) taken.binds.push_back(bindFrom(bind));
  taken.commands = launch.at("commands").get<std::vector<std::vector<std::string>>>();
  return taken;
}

}  // namespace dvdi
