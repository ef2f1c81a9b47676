#include "module/module-host.hpp"

#include <utility>

#include "engine/core.hpp"
#include "engine/embedded-core.hpp"
#include "isolator/isolator-error.hpp"
#include "module/failure-text.hpp"
#include "module/isolator-calls.hpp"
#include "module/lines.hpp"
#include "module/parameters.hpp"
#include "module/threaded-host.hpp"
#include "system/system-error.hpp"

namespace dvdi {
namespace {

/** The kind of every document that an agent hands over. */
constexpr const char* documentKind = "mesos-container";

std::int32_t kindId(Core& core) {
  const Json description = parseJson(core.describe());
  for (const Json& kind : description.at("kinds")) {
    if (kind.at("name") == documentKind) return kind.at("id").get<std::int32_t>();
  }
  throw Error("internal", "the core knows no documents of the kind " + std::string(documentKind));
}

Json orNull(const std::optional<std::string>& text) { return text.has_value() ? Json(*text) : Json(); }

/**
 * Puts a policy in force, and tells what is odd about it.
 * @throws RefusedError when the core does not take it: nothing may be decided without it
 */
void takePolicy(Core& core, const std::string& policy, Lines& lines) {
  const Json configuration = parseJson(core.configure(policy));
  if (configuration.at("verdict") == "deny") throw RefusedError("the policy", configuration.at("findings"));
  for (const Json& finding : configuration.at("findings")) {
    lines.tell(EventLevel::warn, "policy-finding",
               {{"code", finding.at("code")}, {"message", finding.at("message")}, {"hint", finding.at("hint")}});
  }
}

Core coreFor(const ModuleSettings& settings, Lines& lines) {
  const auto notice = [&lines](const std::string& text) {
    lines.tell(EventLevel::warn, "module-notice", {{"message", text}});
  };
  Core core(std::make_shared<CoreModule>(embeddedCore(), CoreLimits{}, notice));
  std::optional<std::string> policy;
  if (settings.policyFile.has_value()) {
    policy = readPolicyFile(*settings.policyFile);
    takePolicy(core, *policy, lines);
  }
  // Only a policy that the core has taken is read here: it is a JSON document then.
  if (settings.dvdcli.has_value()) {
    const std::string together = policyWithDvdcli(policy, *settings.dvdcli);
    const Json configuration = parseJson(core.configure(together));
    if (configuration.at("verdict") == "deny") throw RefusedError("the policy", configuration.at("findings"));
  }
  return core;
}

std::unique_ptr<ModuleHost> open(const ModuleParameters& parameters, const std::shared_ptr<Lines>& lines) {
  const ModuleSettings settings = readParameters(parameters);
  if (settings.hasIsolatorCommand) {
    lines->tell(EventLevel::warn, "parameter-ignored", {{"parameter", "isolator_command"}});
  }
  Core core = coreFor(settings, *lines);
  const Json description = parseJson(core.describe());
  const std::int32_t kind = kindId(core);
  IsolatorOptions options;
  options.stateDirectory = settings.stateDirectory;
  options.workDirectory = settings.workDirectory.value_or("");
  options.listener = [lines](const Event& event) { lines->tell(event.level, event.name, event.fields); };
  auto isolator = std::make_unique<IsolatorCalls>(std::move(core), kind, std::move(options));
  lines->tell(EventLevel::info, "module-started",
              {{"version", description.at("version")},
               {"abi", description.at("abi")},
               {"stateDirectory", settings.stateDirectory},
               {"policy", orNull(settings.policyFile)},
               {"dvdcli", orNull(settings.dvdcli)}});
  return std::make_unique<ThreadedHost>(lines, std::move(isolator));
}

std::unique_ptr<ModuleHost> refuse(Lines& lines, std::string* error, const std::string& text) {
  lines.tell(EventLevel::error, "module-refused", {{"error", text}});
  *error = text;
  return nullptr;
}

}  // namespace

std::unique_ptr<ModuleHost> ModuleHost::create(const ModuleParameters& parameters, Log log, std::string* error) {
  const auto lines = std::make_shared<Lines>(std::move(log));
  try {
    return open(parameters, lines);
  } catch (const RefusedError& refused) {
    return refuse(*lines, error, refusalText("the policy", refused.findings()));
  } catch (...) {
    return refuse(*lines, error, failureText(caughtError()));
  }
}

}  // namespace dvdi
