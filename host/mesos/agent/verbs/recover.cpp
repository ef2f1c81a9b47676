#include <iterator>

#include "agent/container-list.hpp"
#include "agent/error-report.hpp"
#include "agent/input.hpp"
#include "agent/lifecycle.hpp"

namespace dvdi {
namespace {

/** 100,000 containers as Mesos describes them in its recovery, 600 bytes each. */
constexpr std::size_t listSizeMaxBytes = 64UL * 1024 * 1024;

std::string read(const std::string& file) { return readInput(file, "list of containers", listSizeMaxBytes); }

std::string titleOf(const std::string& file) { return file == "-" ? "<stdin>" : file; }

ContainerList containersOf(const CommandLine& line) {
  const auto running = line.option("--running");
  const auto orphans = line.option("--orphans");
  if (!running.has_value()) {
    throw usageError("it is not said which containers run", "--running FILE", "none",
                     "an empty list of running containers is []; `dvdi-agent recover --help` shows the options");
  }
  if (running == "-" && orphans == "-") {
    throw usageError("it is not said which containers run", "- for one file", "- twice", "give one of them as a file");
  }
  ContainerList list = readContainerList(read(*running), titleOf(*running));
  if (orphans.has_value()) {
    std::vector<std::string> more = readOrphans(read(*orphans), titleOf(*orphans));
    std::move(more.begin(), more.end(), std::back_inserter(list.orphans));
  }
  return list;
}

Outcome execute(const CommandLine& line) {
  const ContainerList containers = containersOf(line);
  return withIsolator(line, [&](LifecycleSession& session) -> Outcome {
    RecoverOptions options;
    options.running = containers.running;
    options.orphans = containers.orphans;
    options.isDryRun = line.has("--dry-run");
    const Recovery recovery = session.isolator().recover(options);
    Json failures = Json::array();
    for (const StepError& error : recovery.failures) failures.push_back(reportError(error));
    const Json& imported = session.isolator().imported();
    const ExitCode code = failures.empty() ? ExitCode::ok : ExitCode::uncleaned;
    return {{{"dryRun", options.isDryRun},
             {"plan", recovery.plan},
             {"imported", imported.empty() ? Json() : imported},
             {"failures", std::move(failures)}},
            code};
  });
}

}  // namespace

const Verb recoverVerb{
    .rule = {.verb = "recover",
             .operands = {},
             .options = lifecycleOptions(
                 {{"--running", "<file>", "the containers that run: [\"id\", …] or {\"running\", \"orphans\"}"},
                  {"--orphans", "<file>", "containers that the runtime will clean up soon: [\"id\", …]"},
                  {"--dry-run", "", "only say what would be done"}})},
    .title = "release the volumes of containers that do not run any more, after a crash or a restart",
    .execute = execute};

}  // namespace dvdi
