#include "agent/session.hpp"

#include <cstdio>
#include <utility>

#include "agent/input.hpp"
#include "agent/nearest.hpp"
#include "engine/embedded-core.hpp"

namespace dvdi {
namespace {

void warn(const std::string& line) { std::fprintf(stderr, "dvdi-agent: warning: %s\n", line.c_str()); }

}  // namespace

std::int32_t kindId(Core& core, const std::optional<std::string>& name) {
  if (!name.has_value()) return 0;
  const Json description = parseJson(core.describe());
  std::vector<std::string> names;
  std::string list;
  for (const Json& kind : description.at("kinds")) {
    if (kind.at("name") == *name) return kind.at("id").get<std::int32_t>();
    names.push_back(kind.at("name").get<std::string>());
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const std::vector<std::string> near = nearest(*name, names);
  throw usageError("no such kind of document", "one of " + list, *name,
                   near.empty() ? "leave --kind out: the kind is then detected" : "perhaps --kind " + near.front());
}

Core startCore() { return Core(std::make_shared<CoreModule>(embeddedCore(), CoreLimits{}, warn)); }

PolicySession openPolicy(const CommandLine& line) {
  const auto file = line.option("--policy");
  if (!file.has_value()) return {.core = startCore(), .findings = Json::array()};
  const std::string policy = readInput(*file, "policy");
  PolicySession session{.core = startCore(), .findings = Json::array()};
  const Json configuration = parseJson(session.core.configure(policy));
  session.findings = configuration.at("findings");
  session.refused = configuration.at("verdict") == "deny";
  return session;
}

DocumentSession openDocument(const CommandLine& line) {
  const std::string& file = line.operands.back();
  if (file == "-" && line.option("--policy") == "-") {
    throw usageError("document and policy cannot both come from standard input", "- for one of them", "- twice",
                     "give one of them as a file");
  }
  std::string document = readInput(file, "document");
  PolicySession policy = openPolicy(line);
  const std::int32_t kind = kindId(policy.core, line.option("--kind"));
  Json inspection = parseJson(policy.core.inspect(kind, document));
  Redactor redactor(inspection);
  return {.policy = std::move(policy),
          .document = std::move(document),
          .kind = kind,
          .inspection = std::move(inspection),
          .redactor = std::move(redactor)};
}

Json joinFindings(const Json& first, const Json& second) {
  Json all = first;
  for (const Json& finding : second) all.push_back(finding);
  return all;
}

}  // namespace dvdi
