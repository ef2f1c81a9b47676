#include "system/redaction.hpp"

#include <algorithm>
#include <array>

#include "system/printable-text.hpp"
#include "system/secret-spellings.hpp"

namespace dvdi {
namespace {

/** In UTF-16 code units, as the Node host counts: a shorter secret must not blank every digit or every "not". */
constexpr std::size_t bareLengthMin = 4;

/** A shorter piece of a secret at a cut tells nothing, and would take too much unrelated text with it. */
constexpr std::size_t pieceLengthMin = 3;

/** How printableText shows that it has cut a text. */
constexpr std::string_view cutMark = "… (";

/** Quotes, also inside of a JSON text that is in a JSON text. */
constexpr std::array<std::string_view, 4> quotes{"\"", "'", "`", "\\\""};

/** Fields that are never touched: names, and words of ours. */
constexpr std::array<std::string_view, 15> keptFields{"container", "driver", "name",    "key",   "type",
                                                      "kind",      "code",   "severity", "in",   "verdict",
                                                      "action",    "plan",   "phase",   "operation", "outcome"};

/** What stands between a key and its value in command lines, logs and addresses, and in JSON. */
std::vector<std::string> separators() {
  std::vector<std::string> all{"=", ": ", "%3D", "%3d"};
  for (const std::string_view quote : quotes) {
    const std::string text(quote);
    all.push_back("=" + text);
    all.push_back(text + ":" + text);
    all.push_back(text + ": " + text);
  }
  return all;
}

/** As a driver may repeat it, and as our own errors show what a driver said. */
std::vector<std::string> allSpellings(const std::string& text) {
  std::vector<std::string> all = spellingsOf(text);
  for (std::string& spelling : spellingsOf(printableText(text))) {
    if (std::find(all.begin(), all.end(), spelling) == all.end()) all.push_back(std::move(spelling));
  }
  return all;
}

bool isSecretOption(const Json& value) {
  if (!value.is_object() || !value.contains("key") || !value.contains("value")) return false;
  const auto secret = value.find("secret");
  return secret != value.end() && secret->is_boolean() && secret->get<bool>();
}

bool isContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/** The longest beginning of `text`, not the whole, that `input` has right before `cut`; 0 for one that is too short. */
std::size_t pieceLength(std::string_view text, std::string_view input, std::size_t cut) {
  for (std::size_t length = std::min(text.size() - 1, cut); length > 0; --length) {
    if (isContinuation(text[length])) continue;
    const std::string_view piece = text.substr(0, length);
    if (utf16Length(piece) < pieceLengthMin) return 0;
    if (input.substr(cut - length, length) == piece) return length;
  }
  return 0;
}

}  // namespace

Redactor::Redactor(const Json& document) { findSecrets(document); }

void Redactor::findSecrets(const Json& value) {
  if (isSecretOption(value)) {
    if (value["key"].is_string() && value["value"].is_string()) {
      addSecret(value["key"].get<std::string>(), value["value"].get<std::string>());
    }
  } else if (value.is_structured()) {
    for (const Json& item : value) findSecrets(item);
  }
}

void Redactor::addSecret(const std::string& key, const std::string& value) {
  if (value.empty() || value == redacted) return;
  const auto add = [&](std::string_view before, const std::string& secret, std::string_view after) {
    patterns_.push_back({std::string(before) + secret + std::string(after), before.size(),
                         before.size() + secret.size()});
  };
  const std::vector<std::string> spellings = allSpellings(value);
  if (utf16Length(value) >= bareLengthMin) {
    for (const std::string& spelling : spellings) add("", spelling, "");
    return;
  }
  std::vector<std::string> beginnings;
  for (const std::string& name : allSpellings(key)) {
    for (const std::string& separator : separators()) beginnings.push_back(name + separator);
  }
  for (const std::string& spelling : spellings) {
    for (const std::string& beginning : beginnings) add(beginning, spelling, "");
    for (const std::string_view quote : quotes) add(quote, spelling, quote);
  }
}

/** Where a pattern stands in a text: also in pieces, right before a cut. */
void Redactor::addSpans(const Pattern& pattern, std::string_view input, std::vector<Span>& spans) {
  for (std::size_t at = input.find(pattern.text); at != std::string_view::npos; at = input.find(pattern.text, at + 1)) {
    spans.push_back({at + pattern.start, at + pattern.end});
  }
  if (pattern.start > 0) return;
  for (std::size_t cut = input.find(cutMark); cut != std::string_view::npos; cut = input.find(cutMark, cut + 1)) {
    const std::size_t length = pieceLength(pattern.text, input, cut);
    if (length > 0) spans.push_back({cut - length, cut});
  }
}

std::string Redactor::text(std::string_view input) const {
  std::vector<Span> spans;
  for (const Pattern& pattern : patterns_) addSpans(pattern, input, spans);
  std::stable_sort(spans.begin(), spans.end(),
                   [](const Span& one, const Span& other) { return one.start < other.start; });
  // Secrets may overlap: what belongs to any of them goes.
  std::string output;
  std::size_t end = 0;
  for (const Span& span : spans) {
    if (span.start >= end) output.append(input.substr(end, span.start - end)).append(redacted);
    end = std::max(end, span.end);
  }
  return output.append(input.substr(end));
}

Json Redactor::document(const Json& document) const { return hasSecrets() ? copy(document, "") : document; }

Json Redactor::copy(const Json& value, std::string_view field) const {
  if (value.is_string()) {
    const bool kept = std::find(keptFields.begin(), keptFields.end(), field) != keptFields.end();
    return kept ? value : Json(text(value.get_ref<const std::string&>()));
  }
  if (value.is_array()) {
    Json items = Json::array();
    for (const Json& item : value) items.push_back(copy(item, ""));
    return items;
  }
  if (!value.is_object()) return value;
  if (isSecretOption(value)) {
    Json option = value;
    option["value"] = redacted;
    return option;
  }
  Json fields = Json::object();
  for (const auto& [key, item] : value.items()) fields[key] = copy(item, key);
  return fields;
}

}  // namespace dvdi
