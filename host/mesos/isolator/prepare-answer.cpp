#include "isolator/prepare-answer.hpp"

#include <string>

#include "system/redaction.hpp"
#include "system/system-error.hpp"

namespace dvdi {

namespace {

using MountpointOf = std::function<Mountpoint(int step)>;

const Json& stepIn(const Json& plan, int id) {
  for (const Json& step : plan.at("steps")) {
    if (step.at("id") == id && step.at("action") == "bind") return step;
  }
  throw defect("expected step " + std::to_string(id) + " to be a bind");
}

Json bindOf(const Json& step, const MountpointOf& mountpointOf) {
  const Mountpoint source = mountpointOf(step.at("source").get<int>());
  const Json identity = {{"device", std::to_string(source.identity.device)},
                         {"inode", std::to_string(source.identity.inode)}};
  const Json& target = step.at("target");
  const Json& within = target.at("within");
  const Json place = within.is_object() ? Json(mountpointOf(within.at("step").get<int>()).path) : within;
  return {{"source", {{"path", source.path}, {"identity", identity}}},
          {"target", {{"within", place}, {"path", target.at("path")}}},
          {"recursive", step.at("recursive")},
          {"readOnly", step.at("readOnly")}};
}

Json launchOf(const Json& plan, const MountpointOf& mountpointOf) {
  const Json& launch = plan.at("launch");
  Json binds = Json::array();
  for (const Json& id : launch.at("binds")) binds.push_back(bindOf(stepIn(plan, id.get<int>()), mountpointOf));
  Json commands = Json::array();
  for (const Json& command : launch.at("commands")) {
    Json arguments = Json::array();
    for (const Json& argument : command) {
      arguments.push_back(argument.is_string() ? argument : Json(mountpointOf(argument.at("step").get<int>()).path));
    }
    commands.push_back(arguments);
  }
  return {{"newMountNamespace", launch.at("newMountNamespace")},
          {"propagation", launch.at("propagation")},
          {"binds", binds},
          {"commands", commands}};
}

}  // namespace

Json prepareAnswer(const Json& plan, const MountpointOf& mountpointOf) {
  Json volumes = Json::array();
  for (const Json& claim : plan.at("claims")) {
    volumes.push_back({{"driver", claim.at("driver")},
                       {"name", claim.at("name")},
                       {"mountpoint", mountpointOf(claim.at("step").get<int>()).path},
                       {"path", claim.at("path")},
                       {"mode", claim.at("mode")}});
  }
  return {{"container", plan.at("container")},
          {"launch", launchOf(plan, mountpointOf)},
          {"volumes", volumes},
          {"findings", Redactor(plan).document(plan.at("findings"))}};
}

}  // namespace dvdi
