#include "module/failure-text.hpp"

#include <string_view>
#include <vector>

#include "system/printable-text.hpp"

namespace dvdi {
namespace {

/** A person reads it in the status of a task, and masters keep many. */
constexpr std::size_t lengthMax = 2'000;
constexpr int depthMax = 6;

std::string join(const std::vector<std::string>& texts, std::string_view between) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

std::string sentence(const Error& error, int depth);

/** What led to it; a cause that says again what was said already is left out. */
std::vector<std::string> reasons(const Error& error, int depth) {
  std::vector<std::string> all;
  if (depth >= depthMax) return all;
  const std::string_view message = error.what();
  for (const Error& cause : error.causes()) {
    if (message.find(cause.what()) == std::string_view::npos) {
      all.push_back(sentence(cause, depth + 1));
    } else {
      for (std::string& reason : reasons(cause, depth + 1)) all.push_back(std::move(reason));
    }
  }
  return all;
}

std::string sentence(const Error& error, int depth) {
  const auto& [expected, got, advice] = error.details();
  const std::vector<std::string> because = reasons(error, depth);
  std::string text = std::string(error.what()) + " [" + error.code() + "]";
  if (expected.has_value()) text += "; expected " + *expected;
  if (got.has_value()) text += "; got " + *got;
  if (!because.empty()) text += "; because " + join(because, " and ");
  if (advice.has_value()) text += "; to do: " + *advice;
  return text;
}

std::string findingText(const Json& finding) {
  std::string text = finding.at("message").get<std::string>() + " [" + finding.at("code").get<std::string>() + "]";
  if (finding.at("line").is_number()) {
    text += " at " + finding.at("line").dump();
    if (finding.at("column").is_number()) text += ":" + finding.at("column").dump();
  }
  return text + "; " + finding.at("hint").get<std::string>();
}

}  // namespace

std::string failureText(const Error& error, const Redactor& redactor) {
  return printableText(redactor.text(sentence(error, 0)), lengthMax);
}

std::string refusalText(const std::string& what, const Json& findings, const Redactor& redactor) {
  std::vector<std::string> texts;
  for (const Json& finding : findings) {
    if (finding.at("severity") == "error") texts.push_back(findingText(finding));
  }
  return printableText(redactor.text(what + " was refused: " + join(texts, " | ")), lengthMax);
}

}  // namespace dvdi
