#include <ctime>

#include "agent/admission-secrets.hpp"
#include "agent/input.hpp"
#include "agent/lifecycle.hpp"
#include "system/iso-time.hpp"

namespace dvdi {
namespace {

/** The clock of the command line, or the machine's. */
std::string nowOf(const CommandLine& line) {
  if (const auto given = line.option("--now")) return *given;
  return isoTime(static_cast<std::int64_t>(std::time(nullptr)) * 1'000);
}

int rankOf(const Json& verdict) { return verdict == "deny" ? 2 : verdict == "warn" ? 1 : 0; }

int failRankOf(const CommandLine& line) {
  const std::string verdict = line.option("--fail-on").value_or("deny");
  if (verdict != "deny" && verdict != "warn") {
    throw usageError("option '--fail-on' has a value that there is not", "warn or deny", verdict,
                     "`dvdi-agent admit --help` shows what there is");
  }
  return rankOf(verdict);
}

/** A fix that holds a secret is not shown: blanked, it would destroy the value where it is applied. */
Json withoutSecrets(const Json& admission, const Redactor& redactor) {
  Json shown = redactor.document(admission);
  for (std::size_t index = 0; index < shown.at("findings").size(); ++index) {
    Json& finding = shown.at("findings")[index];
    const Json& whole = admission.at("findings")[index];
    if (finding.contains("fix") && finding.at("fix") != whole.at("fix")) finding.erase("fix");
  }
  return shown;
}

/** A file is JSON here. */
std::string readDocument(const std::string& file) {
  if (file.ends_with(".yaml") || file.ends_with(".yml")) {
    throw usageError("YAML cannot be read", "files of JSON", file, "`dvdi admit` reads YAML, folders and patterns");
  }
  return readInput(file, "document");
}

Outcome execute(const CommandLine& line) {
  const int failRank = failRankOf(line);
  const std::string now = nowOf(line);
  PolicySession policy = openPolicy(line);
  if (policy.refused) return refusal("the policy", policy.findings);
  const Json request{{"kind", kindId(policy.core, line.option("--kind"))}, {"now", now}};
  const Json description = parseJson(policy.core.describe());
  Json documents = Json::array();
  int worst = 0;
  for (const std::string& file : line.operands) {
    const std::string document = readDocument(file);
    const Json admission = parseJson(policy.core.admit(toJsonText(request), document));
    const Redactor redactor(admittedRequests(policy.core, description, admission, document));
    worst = std::max(worst, rankOf(admission.at("verdict")));
    Json shown{{"file", file == "-" ? "<stdin>" : file}};
    shown.update(withoutSecrets(admission, redactor));
    documents.push_back(std::move(shown));
  }
  return {{{"now", now}, {"policyFindings", policy.findings}, {"documents", std::move(documents)}},
          worst >= failRank ? ExitCode::refused : ExitCode::ok};
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
    .title = "say of documents (JSON), before anybody submits them, what agents would refuse",
    .execute = execute};

}  // namespace dvdi
