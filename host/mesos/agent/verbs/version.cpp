#include "agent/session.hpp"
#include "agent/verb.hpp"

namespace dvdi {
namespace {

Outcome execute(const CommandLine&) {
  const Json core = parseJson(startCore().describe());
  return {{{"dvdi", DVDI_VERSION},
           {"core", core.at("version")},
           {"abi", core.at("abi")},
           {"wasmtime", engineVersion()},
           {"limits", core.at("limits")}},
          ExitCode::ok};
}

}  // namespace

const Verb versionVerb{.rule = {.verb = "version", .operands = {}, .options = {jsonOption}},
                       .title = "print the versions of dvdi, of its core and of wasmtime",
                       .execute = execute};

}  // namespace dvdi
