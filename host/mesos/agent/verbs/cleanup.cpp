#include "agent/lifecycle.hpp"

namespace dvdi {
namespace {

Outcome execute(const CommandLine& line) {
  return withIsolator(line, [&](LifecycleSession& session) -> Outcome {
    return {session.isolator().cleanup(line.operands.front())};
  });
}

}  // namespace

const Verb cleanupVerb{.rule = {.verb = "cleanup", .operands = {"container"}, .options = lifecycleOptions()},
                       .title = "release what a container holds; one that is not known is fine",
                       .execute = execute};

}  // namespace dvdi
