#include "agent/session.hpp"
#include "agent/verb.hpp"

namespace dvdi {
namespace {

/** Stands in the plan where neither the document nor the user names the container. */
constexpr const char* exampleContainer = "example";

/** Under a refused policy nothing is decided: the plan is the findings. */
Json refusedByPolicy(const DocumentSession& session, const std::string& container) {
  return {{"abi", session.inspection.at("abi")},
          {"plan", "prepare"},
          {"container", container},
          {"verdict", "deny"},
          {"claims", Json::array()},
          {"steps", Json::array()},
          {"launch",
           {{"newMountNamespace", false},
            {"propagation", "slave"},
            {"binds", Json::array()},
            {"commands", Json::array()}}},
          {"findings", session.policy.findings}};
}

Json makePlan(DocumentSession& session, const std::string& container) {
  if (session.policy.refused) return refusedByPolicy(session, container);
  const Json request{{"container", container}, {"kind", session.kind}, {"ledger", {{"volumes", Json::array()}}}};
  Json plan = parseJson(session.policy.core.prepare(toJsonText(request), session.document));
  plan["findings"] = joinFindings(session.policy.findings, plan.at("findings"));
  return plan;
}

std::string containerOf(const DocumentSession& session, const CommandLine& line) {
  if (const auto asked = line.option("--container"); asked.has_value()) return *asked;
  const Json& named = session.inspection.at("container");
  return named.is_string() ? named.get<std::string>() : exampleContainer;
}

Outcome execute(const CommandLine& line) {
  DocumentSession session = openDocument(line);
  const Json plan = session.redactor.document(makePlan(session, containerOf(session, line)));
  return {plan, plan.at("verdict") == "deny" ? ExitCode::refused : ExitCode::ok};
}

}  // namespace

const Verb planVerb{.rule = {.verb = "plan", .operands = {"file"}, .options = documentOptions()},
                    .title = "show what would be done for a document; nothing is touched",
                    .execute = execute};

}  // namespace dvdi
