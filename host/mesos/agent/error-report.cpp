#include "agent/error-report.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dvdi {
namespace {

/** Causes of causes are shown to this depth. */
constexpr int depthMax = 5;

constexpr std::array<std::pair<std::string_view, ExitCode>, 10> exitCodesByCode{{
    {"cli-usage", ExitCode::usage},
    {"cli-input", ExitCode::usage},
    {"cli-input-size", ExitCode::usage},
    {"cli-containers", ExitCode::usage},
    {"cli-unknown-volume", ExitCode::refused},
    {"cli-volume-in-use", ExitCode::refused},
    {"refused", ExitCode::refused},
    {"container-conflict", ExitCode::conflict},
    {"core-fault", ExitCode::fault},
    {"internal", ExitCode::fault},
}};

Json textOrNull(const std::optional<std::string>& text) {
  return text.has_value() && !text->empty() ? Json(*text) : Json(nullptr);
}

Json reportAt(const Error& error, int depth) {
  Json causes = Json::array();
  if (depth < depthMax) {
    for (const Error& cause : error.causes()) causes.push_back(reportAt(cause, depth + 1));
  }
  const ErrorDetails& details = error.details();
  return {{"code", error.code()},
          {"message", error.what()},
          {"expected", textOrNull(details.expected)},
          {"got", textOrNull(details.got)},
          {"advice", textOrNull(details.advice)},
          {"causes", std::move(causes)}};
}

}  // namespace

Json reportError(const Error& error) { return reportAt(error, 0); }

ExitCode exitCodeOf(const Error& error) {
  const auto* found = std::find_if(exitCodesByCode.begin(), exitCodesByCode.end(),
                                   [&](const auto& entry) { return entry.first == error.code(); });
  return found == exitCodesByCode.end() ? ExitCode::machine : found->second;
}

}  // namespace dvdi
