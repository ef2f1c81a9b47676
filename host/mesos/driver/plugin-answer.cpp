#include "driver/plugin-client.hpp"
#include "driver/plugin-json.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** How much of a driver's own text an error shows. */
constexpr std::size_t excerptLengthMax = 1000;

std::string trimmed(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n\v\f");
  if (start == std::string::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n\v\f") - start + 1);
}

std::optional<std::string> refusalIn(const Json& value) {
  if (!value.is_object()) return std::nullopt;
  for (const char* name : {"Err", "Error"}) {
    const Json* text = member(value, name);
    if (text == nullptr || *text == "") continue;
    return printableText(text->is_string() ? trimmed(text->get<std::string>()) : text->dump(), excerptLengthMax);
  }
  return std::nullopt;
}

}  // namespace

Json readAnswer(const RawAnswer& answer) {
  Json value = parseForeign(answer.body);
  const auto refusal = refusalIn(value);
  if (answer.status == 404) {
    throw PluginFailure(DriverFault::refused,
                        "the plugin does not know this call (HTTP 404)" + (refusal ? ": " + *refusal : ""), false,
                        false, true);
  }
  if (refusal) throw PluginFailure(DriverFault::refused, "the driver refused: " + *refusal, false);
  if (answer.status >= 400) {
    const std::string text = printableText(trimmed(answer.body), excerptLengthMax);
    throw PluginFailure(DriverFault::refused,
                        "the driver failed with HTTP " + std::to_string(answer.status) +
                            (text.empty() ? "" : ": " + text),
                        answer.status >= 500);
  }
  const auto fail = [](const std::string& expected, const std::string& got) {
    return PluginFailure(DriverFault::answer, "expected " + expected + " from the plugin, got " + got, true);
  };
  if (answer.status != 200) throw fail("HTTP 200", "HTTP " + std::to_string(answer.status));
  if (!value.is_object()) throw fail("a JSON object", quotedPrintable(answer.body, 200));
  return value;
}

}  // namespace dvdi
