#include "agent/admission-secrets.hpp"

#include <cstdint>
#include <optional>

#include "driver/plugin-json.hpp"

namespace dvdi {
namespace {

std::optional<std::int32_t> kindIdIn(const Json& description, const std::string& name) {
  for (const Json& kind : description.at("kinds")) {
    if (kind.at("name") == name) return kind.at("id").get<std::int32_t>();
  }
  return std::nullopt;
}

/** The value that an RFC 6901 pointer of the core names; null where the document has none. */
Json valueAt(const Json& document, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return document.contains(place) ? document.at(place) : Json();
}

void addRequests(Core& core, std::int32_t kind, const Json& task, Json& requests) {
  const Json inspection = parseJson(core.inspect(kind, toJsonText(task)));
  for (const Json& request : inspection.at("requests")) requests.push_back(request);
}

/** A pod's variables stand beside its containers, and each container's own in it. */
Json podEnvironment(const Json& document, const std::string& container) {
  Json all = Json::object();
  for (const std::string& place : {std::string("/environment"), container + "/environment"}) {
    const Json own = valueAt(document, place);
    if (own.is_object()) all.update(own);
  }
  return all;
}

}  // namespace

Json admittedRequests(Core& core, const Json& description, const Json& admission, const std::string& document) {
  const auto kind = admission.at("kind").get<std::string>();
  const bool isPod = kind == "marathon-pod";
  Json requests = Json::array();
  if (!isPod && kind != "marathon-apps" && kind != "marathon-group") {
    const Json inspection = parseJson(core.inspect(kindIdIn(description, kind).value_or(0), document));
    return inspection.at("requests");
  }
  const auto taskKind = kindIdIn(description, isPod ? "environment" : "marathon-app");
  const Json whole = parseForeign(document);
  if (!taskKind.has_value() || whole.is_discarded()) return requests;
  for (const Json& task : admission.at("tasks")) {
    const auto pointer = task.at("pointer").get<std::string>();
    addRequests(core, *taskKind, isPod ? podEnvironment(whole, pointer) : valueAt(whole, pointer), requests);
  }
  return requests;
}

}  // namespace dvdi
