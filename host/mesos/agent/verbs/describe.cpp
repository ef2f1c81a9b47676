#include "agent/session.hpp"
#include "agent/verb.hpp"

namespace dvdi {
namespace {

Outcome execute(const CommandLine&) { return {parseJson(startCore().describe()), ExitCode::ok}; }

}  // namespace

const Verb describeVerb{.rule = {.verb = "describe", .operands = {}, .options = {jsonOption}},
                        .title = "say what the core is: limits, kinds of documents, rules, policy fields",
                        .execute = execute};

}  // namespace dvdi
