#include <sched.h>
#include <sys/mount.h>

#include <array>
#include <cstdio>

#include "agent/error-report.hpp"
#include "agent/lifecycle.hpp"
#include "agent/rights.hpp"
#include "agent/stop-signals.hpp"
#include "system/printable-text.hpp"

namespace dvdi {
namespace {

constexpr std::array<std::string_view, 3> formats{"json", "mesos", "commands"};

std::string formatOf(const CommandLine& line) {
  const std::string format = line.option("--format").value_or("json");
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return format;
  throw usageError("option '--format' has a value that there is not", "json, mesos or commands", format,
                   "`dvdi-agent prepare --help` shows what there is");
}

/** Mesos mounts before it changes the root, so that a target is a path of the machine. */
Json mountInfo(const Json& bind) {
  const Json& target = bind.at("target");
  const std::string within = target.at("within").is_string() ? target.at("within").get<std::string>() : "";
  const bool recursive = bind.at("recursive").get<bool>();
  const bool readOnly = bind.at("readOnly").get<bool>();
  return {{"source", bind.at("source").at("path")},
          {"target", within + target.at("path").get<std::string>()},
          {"flags", MS_BIND | (recursive ? MS_REC : 0) | (readOnly ? MS_RDONLY : 0)}};
}

/** The part of Mesos' `ContainerLaunchInfo` that binds volumes, in its JSON form (from 1.5). */
Json containerLaunchInfo(const Json& launch) {
  if (!launch.at("newMountNamespace").get<bool>()) return Json::object();
  Json mounts = Json::array();
  for (const Json& bind : launch.at("binds")) mounts.push_back(mountInfo(bind));
  return {{"clone_namespaces", Json::array({CLONE_NEWNS})}, {"mounts", std::move(mounts)}};
}

Json inFormat(const Json& answer, const std::string& format) {
  if (format == "mesos") return containerLaunchInfo(answer.at("launch"));
  return format == "commands" ? answer.at("launch").at("commands") : answer;
}

/** An answer has stdout for itself. */
void tellFindings(const Json& findings) {
  const Json event{{"event", "findings"}, {"findings", findings}};
  std::fprintf(stderr, "%s\n", escapeUnprintable(toJsonText(event)).c_str());
}

/** What a signal had given up says so by its exit code. */
Outcome endedBy(const StopSignals& signals, Outcome outcome) {
  if (outcome.exitCode == ExitCode::machine && signals.first() != 0) {
    outcome.exitCode = static_cast<ExitCode>(128 + signals.first());
  }
  return outcome;
}

Outcome execute(const CommandLine& line) {
  const std::string format = formatOf(line);
  DocumentSession session = openDocument(line);
  const std::string what = "the document or the policy";
  const Redactor& redactor = session.redactor;
  const auto all = [&](const Json& own) { return redactor.document(joinFindings(session.policy.findings, own)); };
  if (session.policy.refused || session.inspection.at("verdict") == "deny") {
    return refusal(what, all(session.inspection.at("findings")));
  }
  requireMountRights();
  const StopSignals signals;
  LifecycleSession lifecycle(std::move(session.policy.core), line);
  PrepareOptions options;
  options.stop = signals.token();
  try {
    const Prepared prepared =
        lifecycle.isolator().prepare(line.operands.front(), session.document, session.kind, options);
    tellFindings(all(prepared.answer.at("findings")));
    return {inFormat(prepared.answer, format)};
  } catch (const RefusedError& error) {
    // What the ledger says may refuse what the document alone did not.
    return refusal(what, all(error.findings()));
  } catch (const PlanFailedError& error) {
    return endedBy(signals, failure(error, redactor));
  } catch (const Error& error) {
    return endedBy(signals, {redactor.document({{"error", reportError(error)}}), exitCodeOf(error)});
  }
}

}  // namespace

const Verb prepareVerb{
    .rule = {.verb = "prepare",
             .operands = {"container", "file"},
             .options = lifecycleOptions(
                 {kindOption, {"--format", "<format>", "what to print: json (the default), mesos or commands"}})},
    .title = "mount what a document asks for, and print what a container runtime needs to start its task",
    .execute = execute};

}  // namespace dvdi
