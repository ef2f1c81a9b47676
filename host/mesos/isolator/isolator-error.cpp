#include "isolator/isolator-error.hpp"

#include <algorithm>
#include <utility>

#include "system/printable-text.hpp"
#include "system/redaction.hpp"

namespace dvdi {

namespace {

/** Longest text of an error that the ledger keeps, and most causes of causes. */
constexpr std::size_t textLengthMax = 2'000;
constexpr int depthMax = 8;

std::string codesOf(const Json& findings) {
  std::vector<std::string> codes;
  for (const Json& finding : findings) {
    auto code = finding.at("code").get<std::string>();
    const bool isError = finding.at("severity") == "error";
    if (isError && std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(std::move(code));
  }
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + code;
  return text;
}

std::string subjectOf(const Json& step) {
  if (step.contains("volume") && step["volume"].is_object()) {
    const VolumeId volume = volumeIdFrom(step["volume"]);
    return " " + inQuotes(volume.name) + " of " + inQuotes(volume.driver);
  }
  if (step.contains("location")) return " " + inQuotes(step["location"].at("path").get<std::string>());
  return "";
}

std::string stepText(const Json& step, Phase phase) {
  return "step " + std::to_string(step.at("id").get<int>()) + " (" + step.at("action").get<std::string>() +
         subjectOf(step) + (phase == Phase::act ? ") failed" : ") could not be undone");
}

std::string planText(const Json& plan, const std::vector<StepError>& failures) {
  const auto kind = plan.at("plan").get<std::string>();
  const auto undos = std::count_if(failures.begin(), failures.end(),
                                   [](const StepError& failure) { return failure.phase() == Phase::undo; });
  std::string rest = "everything was undone";
  if (undos > 0) rest += " but " + (undos == 1 ? std::string("one step") : std::to_string(undos) + " steps");
  if (kind == "cleanup") rest = "the rest was done";
  return "the " + kind + " of container " + inQuotes(plan.at("container").get<std::string>()) + " failed; " + rest;
}

std::vector<Error> causesOf(const std::vector<StepError>& failures, const std::vector<Error>& others) {
  std::vector<Error> causes(failures.begin(), failures.end());
  causes.insert(causes.end(), others.begin(), others.end());
  return causes;
}

Error redactedError(const Error& error, const Redactor& redactor) {
  std::vector<Error> causes;
  for (const Error& cause : error.causes()) causes.push_back(redactedError(cause, redactor));
  return Error(error.code(), redactor.text(error.what()), error.details(), std::move(causes));
}

void collectTexts(const Error& error, std::vector<std::string>& texts, int depth) {
  const std::string text = error.what();
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  // The first cause leads on; the others are in the log.
  if (depth < depthMax && !error.causes().empty()) collectTexts(error.causes().front(), texts, depth + 1);
}

}  // namespace

RefusedError::RefusedError(const std::string& what, const Json& findings, const Json& asked)
    : Error("refused", what + " was refused: " + codesOf(findings)), findings_(Redactor(asked).document(findings)) {}

ContainerConflictError::ContainerConflictError(const std::string& container)
    : Error("container-conflict",
            "the container " + inQuotes(container) + " is prepared already, from another request",
            {std::nullopt, std::nullopt, "clean the container up first, or give the new one an id of its own"}) {}

StepError::StepError(const Json& step, Phase phase, const Error& cause)
    : Error("step-failed", stepText(step, phase), {}, {cause}), step_(Redactor(step).document(step)), phase_(phase) {}

PlanFailedError::PlanFailedError(const Json& plan, std::vector<StepError> failures, const std::vector<Error>& others)
    : Error("plan-failed", planText(plan, failures), {}, causesOf(failures, others)),
      failures_(std::move(failures)),
      plan_(Redactor(plan).document(plan)) {}

bool PlanFailedError::leavesMounts() const {
  if (plan_.at("plan") == "cleanup") return true;
  return std::any_of(failures_.begin(), failures_.end(),
                     [](const StepError& failure) { return failure.phase() == Phase::undo; });
}

Error secretFree(const Error& error, const VolumeOptions& options) {
  const Redactor redactor(toJson(options));
  return redactor.hasSecrets() ? redactedError(error, redactor) : error;
}

std::string errorText(const Error& error, const VolumeOptions& options) {
  std::vector<std::string> texts;
  collectTexts(error, texts, 0);
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ": ") + text;
  all = Redactor(toJson(options)).text(all);
  std::size_t end = std::min(all.size(), textLengthMax);
  while (end > 0 && end < all.size() && (all[end] & '\xc0') == '\x80') --end;
  return all.substr(0, end);
}

Json toJson(const Error& error) {
  Json value = {{"code", error.code()}, {"message", error.what()}};
  if (error.causes().empty()) return value;
  Json causes = Json::array();
  for (const Error& cause : error.causes()) causes.push_back(toJson(cause));
  value["causes"] = causes;
  return value;
}

}  // namespace dvdi
