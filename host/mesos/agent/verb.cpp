#include "agent/verb.hpp"

namespace dvdi {

std::vector<OptionRule> documentOptions() {
  return {
      {"--policy", "<file>", "policy in force; without it the built-in defaults"},
      {"--kind", "<kind>", "kind of the document; without it the kind is detected"},
      {"--container", "<id>", "container id; without it the one that the document names, or a made-up one"},
      jsonOption,
  };
}

}  // namespace dvdi
