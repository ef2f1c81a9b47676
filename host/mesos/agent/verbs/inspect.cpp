#include "agent/session.hpp"
#include "agent/verb.hpp"

namespace dvdi {
namespace {

Outcome execute(const CommandLine& line) {
  const DocumentSession session = openDocument(line);
  Json inspection = session.redactor.document(session.inspection);
  const bool refused = session.policy.refused || inspection.at("verdict") == "deny";
  if (refused) inspection["verdict"] = "deny";
  inspection["findings"] = joinFindings(session.policy.findings, inspection.at("findings"));
  return {std::move(inspection), refused ? ExitCode::refused : ExitCode::ok};
}

}  // namespace

const Verb inspectVerb{.rule = {.verb = "inspect", .operands = {"file"}, .options = documentOptions()},
                       .title = "say what a document asks for, and what is wrong with it",
                       .execute = execute};

}  // namespace dvdi
