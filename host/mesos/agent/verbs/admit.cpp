#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>

#include "agent/admission-report.hpp"
#include "agent/admission-secrets.hpp"
#include "agent/input.hpp"
#include "agent/lifecycle.hpp"
#include "system/iso-time.hpp"

namespace dvdi {
namespace {

/** The clock of the command line, or the machine's. */
std::string nowOf(const CommandLine& line) {
  const auto given = line.option("--now");
  if (!given) return isoTime(static_cast<std::int64_t>(std::time(nullptr)) * 1'000);
  if (isUtcTime(*given)) return *given;
  throw usageError("--now is no time", "a time in UTC as RFC 3339 has it, for example 2026-11-24T00:00:00Z", *given,
                   "leave --now out for the clock of this machine");
}

FailOn failOnOf(const CommandLine& line) {
  const std::string verdict = line.option("--fail-on").value_or("deny");
  if (verdict == "deny") return FailOn::deny;
  if (verdict == "warn") return FailOn::warn;
  throw usageError("option '--fail-on' has a value that there is not", "warn or deny", verdict,
                   "`dvdi-agent admit --help` shows what there is");
}

/** The files that are named, none twice. */
std::vector<std::string> filesOf(const CommandLine& line) {
  std::vector<std::string> files;
  std::set<std::filesystem::path> known;
  for (const std::string& file : line.operands) {
    if (file.ends_with(".yaml") || file.ends_with(".yml")) {
      throw usageError("YAML cannot be read", "files of JSON", file, "`dvdi admit` reads YAML, folders and patterns");
    }
    const auto path = file == "-" ? std::filesystem::path(file) : std::filesystem::absolute(file).lexically_normal();
    if (known.insert(path).second) files.push_back(file);
  }
  return files;
}

/** What kept a document from being read, in the words of the Node host (host/admission/documents). */
Error documentError(const std::string& file, const Error& error) {
  if (error.code() == "cli-input-size") {
    return Error("document-size", "the document is too large",
                 {.expected = "at most " + std::to_string(inputSizeMaxBytes) + " bytes",
                  .got = "more",
                  .advice = "check whether it is the right file; split a large list of apps"});
  }
  const std::string cause = error.causes().empty() ? error.code() : error.causes().front().code();
  if (cause == "ENOENT" || cause == "ENOTDIR") {
    return Error("document-missing", "there is no document",
                 {.expected = "a file, a folder, a pattern, or - for standard input",
                  .got = file + ", which leads to none",
                  .advice = "check the path; quote a pattern that the shell shall not expand"});
  }
  return Error("document-unreadable", "cannot read the document",
               {.expected = "a file that may be read",
                .got = cause,
                .advice = "check the path and the rights of the file"});
}

class Admitting {
 public:
  Admitting(Core& core, std::int32_t kind, const std::string& now, AdmissionReport& report)
      : core_(core),
        request_(toJsonText({{"kind", kind}, {"now", now}})),
        description_(parseJson(core.describe())),
        report_(report) {}

  void check(const std::string& file) {
    const std::string name = file == "-" ? "<stdin>" : file;
    std::string document;
    try {
      document = readInput(file, "document");
    } catch (const Error& error) {
      report_.addFailure(name, documentError(file, error));
      return;
    }
    const Json admission = parseJson(core_.admit(request_, document));
    const bool isSilent = admission.at("findings").empty();
    const Json requests = isSilent ? Json::array() : admittedRequests(core_, description_, admission, document);
    report_.addDocument(name, admission, Redactor(requests));
  }

 private:
  Core& core_;
  std::string request_;
  Json description_;
  AdmissionReport& report_;
};

Outcome execute(const CommandLine& line) {
  const FailOn failOn = failOnOf(line);
  const std::string now = nowOf(line);
  const std::vector<std::string> files = filesOf(line);
  const auto policyFile = line.option("--policy");
  if (policyFile == "-" && std::find(files.begin(), files.end(), "-") != files.end()) {
    throw usageError("documents and policy cannot both come from standard input", "- once", "- twice",
                     "give one as a file");
  }
  PolicySession policy = openPolicy(line);
  AdmissionReport report(parseJson(policy.core.describe()), now, failOn);
  if (policyFile) report.addPolicy(*policyFile == "-" ? "<stdin>" : *policyFile, policy.findings, policy.refused);
  Admitting admitting(policy.core, kindId(policy.core, line.option("--kind")), now, report);
  if (!policy.refused) {
    for (const std::string& file : files) admitting.check(file);
  }
  const ExitCode verdict = report.isFailed() ? ExitCode::refused : ExitCode::ok;
  return {report.document(), report.hasFailures() ? ExitCode::usage : verdict};
}

}  // namespace

const Verb admitVerb{
    .rule = {.verb = "admit",
             .operands = {"file"},
             .isVariadic = true,
             .options = {policyOption,
                         kindOption,
                         {"--now", "<time>", "clock that exceptions are judged by, RFC 3339 in UTC"},
                         {"--fail-on", "<verdict>", "from which verdict on the exit code is 1: warn or deny"},
                         jsonOption}},
    .title = "say before anybody submits documents what agents would refuse: the report of `dvdi admit --json`",
    .execute = execute};

}  // namespace dvdi
