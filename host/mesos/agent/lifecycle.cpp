#include "agent/lifecycle.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "agent/error-report.hpp"
#include "agent/rights.hpp"
#include "driver/plugin-driver.hpp"
#include "ledger/ledger-files.hpp"

namespace dvdi {
namespace {

/** Where the original kept its checkpoint from 0.4.3 on, and where the module and `dvdi` look, too. */
constexpr const char* stateDirectoryDefault = "/var/run/mesos/isolators/mesos-module-dvdi";

std::string optionOrVariable(const CommandLine& line, std::string_view option, const char* variable,
                             const std::string& otherwise) {
  if (const auto given = line.option(option)) return *given;
  const char* set = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets variables here.
  return set == nullptr || *set == '\0' ? otherwise : set;
}

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); }

IsolatorOptions isolatorOptions(const CommandLine& line) {
  IsolatorOptions options;
  options.stateDirectory = stateDirectoryOf(line);
  options.workDirectory = optionOrVariable(line, "--work-dir", "DVDI_WORK_DIR", "");
  PluginDriverOptions plugin;
  plugin.directories = pluginDirectoriesOf(line);
  plugin.mayWait = !line.has("--no-wait");
  plugin.notice = [](const std::string& text) { std::fprintf(stderr, "dvdi-agent: %s\n", text.c_str()); };
  options.ways.plugin = std::make_shared<PluginDriver>(std::move(plugin));
  return options;
}

}  // namespace

std::vector<OptionRule> lifecycleOptions(std::vector<OptionRule> own) {
  const std::vector<OptionRule> common{
      stateOption,
      {"--work-dir", "<directory>", "the agent's work_dir: a new ledger takes over an old checkpoint under it"},
      pluginOption,
      {"--no-wait", "", "fail at once when a driver cannot be reached, instead of trying again for 15 s"},
      policyOption,
      jsonOption,
  };
  own.insert(own.end(), common.begin(), common.end());
  return own;
}

std::string stateDirectoryOf(const CommandLine& line) {
  const std::string directory = optionOrVariable(line, "--state-dir", "DVDI_STATE_DIR", stateDirectoryDefault);
  if (directory.empty()) {
    throw usageError("option '--state-dir' has no value", "a directory", "nothing", "name one, or leave it out");
  }
  return absolute(directory);
}

bool hasLedger(const std::string& stateDirectory) { return isThere(LedgerFiles(stateDirectory).database); }

PluginDirectories pluginDirectoriesOf(const CommandLine& line) {
  PluginDirectories directories;
  const std::vector<std::string> named = line.all("--plugin-dir");
  if (named.empty()) return directories;
  directories.sockets.clear();
  for (const std::string& directory : named) directories.sockets.push_back(absolute(directory));
  directories.specifications = directories.sockets;
  return directories;
}

LifecycleSession::LifecycleSession(Core core, const CommandLine& line)
    : core_(std::move(core)), isolator_(core_, isolatorOptions(line)) {}

Outcome refusal(const std::string& what, const Json& findings) {
  const Json error{{"code", "refused"}, {"message", what + " was refused"}};
  return {{{"error", error}, {"findings", findings}}, ExitCode::refused};
}

Outcome failure(const PlanFailedError& error, const Redactor& redactor) {
  const ExitCode code = error.leavesMounts() ? ExitCode::uncleaned : ExitCode::machine;
  return {redactor.document({{"error", reportError(error)}}), code};
}

Outcome withIsolator(const CommandLine& line, const std::function<Outcome(LifecycleSession&)>& act) {
  PolicySession policy = openPolicy(line);
  if (policy.refused) return refusal("the policy", policy.findings);
  requireMountRights();
  LifecycleSession session(std::move(policy.core), line);
  try {
    return act(session);
  } catch (const PlanFailedError& error) {
    return failure(error);
  }
}

}  // namespace dvdi
