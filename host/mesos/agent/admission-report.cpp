#include "agent/admission-report.hpp"

#include <algorithm>
#include <utility>

#include "agent/fingerprints.hpp"

namespace dvdi {
namespace {

/** host/admission/reporters/json.ts has the same number. */
constexpr int reportVersion = 1;

int rankOf(const Json& verdict) { return verdict == "deny" ? 2 : verdict == "warn" ? 1 : 0; }

/** A fix that holds a secret is not shown: blanked, it would destroy the value where it is applied. */
Json withoutSecrets(const Json& finding, const Redactor& redactor) {
  Json shown = redactor.document(finding);
  if (finding.contains("fix") && finding.at("fix") != shown.at("fix")) shown.erase("fix");
  return shown;
}

Json reported(Json finding, const Json& task, Fingerprints& fingerprints) {
  finding["fingerprint"] = fingerprints.of(finding, task);
  finding["task"] = task.is_object() ? task.at("id") : Json();
  return finding;
}

int countSeverity(const Json& findings, const std::string& severity) {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(),
                                        [&](const Json& finding) { return finding.at("severity") == severity; }));
}

}  // namespace

AdmissionReport::AdmissionReport(const Json& description, std::string now, FailOn failOn)
    : tool_{{"name", description.at("name")}, {"version", DVDI_VERSION}, {"abi", description.at("abi")}},
      now_(std::move(now)),
      failOn_(failOn) {}

void AdmissionReport::addPolicy(const std::string& file, const Json& findings, bool isRefused) {
  policy_ = file;
  isPolicyRefused_ = isRefused;
  Fingerprints fingerprints(file);
  for (const Json& finding : findings) policyFindings_.push_back(reported(finding, nullptr, fingerprints));
}

void AdmissionReport::addDocument(const std::string& file, const Json& admission, const Redactor& redactor) {
  const Json tasks = redactor.document(admission.at("tasks"));
  Fingerprints fingerprints(file);
  Json findings = Json::array();
  for (const Json& finding : admission.at("findings")) {
    Json shown = withoutSecrets(finding, redactor);
    const Json task = taskOf(shown, tasks);
    findings.push_back(reported(std::move(shown), task, fingerprints));
  }
  Json document{{"file", file},
                {"document", nullptr},
                {"kind", admission.at("kind")},
                {"detected", admission.at("detected")},
                {"verdict", admission.at("verdict")},
                {"tasks", tasks},
                {"findings", std::move(findings)}};
  if (admission.contains("findingsLeftOut")) document["findingsLeftOut"] = admission.at("findingsLeftOut");
  documents_.push_back(std::move(document));
}

void AdmissionReport::addFailure(const std::string& file, const Error& error) {
  const ErrorDetails& details = error.details();
  failures_.push_back({{"file", file},
                       {"code", error.code()},
                       {"message", error.what()},
                       {"expected", details.expected.value_or("")},
                       {"got", details.got.value_or("")},
                       {"advice", details.advice.value_or("")},
                       {"line", nullptr},
                       {"column", nullptr}});
}

Json AdmissionReport::document() const {
  return {{"report", reportVersion},
          {"tool", tool_},
          {"now", now_},
          {"policy", policy_},
          {"policyFindings", policyFindings_},
          {"failOn", failOn_ == FailOn::warn ? "warn" : "deny"},
          // Only `dvdi` leaves out what was known before.
          {"since", nullptr},
          {"verdict", worstVerdict()},
          {"counts", counts()},
          {"documents", documents_},
          {"failures", failures_}};
}

bool AdmissionReport::isFailed() const {
  return rankOf(worstVerdict()) >= rankOf(failOn_ == FailOn::warn ? "warn" : "deny");
}

std::string AdmissionReport::worstVerdict() const {
  if (isPolicyRefused_) return "deny";
  std::string worst = "allow";
  for (const Json& document : documents_) {
    if (rankOf(document.at("verdict")) > rankOf(worst)) worst = document.at("verdict").get<std::string>();
  }
  return worst;
}

Json AdmissionReport::counts() const {
  const auto countVerdict = [&](const char* verdict) {
    return std::count_if(documents_.begin(), documents_.end(),
                         [&](const Json& document) { return document.at("verdict") == verdict; });
  };
  const auto countAll = [&](const char* severity) {
    int count = countSeverity(policyFindings_, severity);
    for (const Json& document : documents_) count += countSeverity(document.at("findings"), severity);
    return count;
  };
  return {{"documents", documents_.size()},   {"allowed", countVerdict("allow")}, {"warned", countVerdict("warn")},
          {"denied", countVerdict("deny")},   {"failures", failures_.size()},     {"errors", countAll("error")},
          {"warnings", countAll("warning")}, {"infos", countAll("info")}};
}

}  // namespace dvdi
