#include "agent/lifecycle.hpp"

namespace dvdi {
namespace {

/** The answer of a container as the document that it is. */
Json asData(Json listing) {
  for (Json& container : listing.at("containers")) {
    Json& answer = container.at("answer");
    if (answer.is_string()) answer = parseJson(answer.get<std::string>());
  }
  return listing;
}

Outcome execute(const CommandLine& line) {
  const std::string directory = stateDirectoryOf(line);
  if (!hasLedger(directory)) {
    return {{{"volumes", Json::array()}, {"containers", Json::array()}, {"damages", Json::array()}}};
  }
  LifecycleSession session(startCore(), line);
  const Json listing = session.isolator().list();
  return {asData(Redactor(listing).document(listing))};
}

}  // namespace

const Verb lsVerb{.rule = {.verb = "ls",
                           .operands = {},
                           .options = {stateOption,
                                       {"--containers", "", "accepted, for dvdi's sake: they are always listed"},
                                       jsonOption}},
                  .title = "list the volumes and the containers in the ledger",
                  .execute = execute};

}  // namespace dvdi
