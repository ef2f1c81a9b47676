#include "system/secret-spellings.hpp"

#include <algorithm>

#include "documents/json.hpp"

namespace dvdi {
namespace {

std::string insideJson(std::string_view value) {
  const std::string quoted = toJsonText(value);
  return quoted.substr(1, quoted.size() - 2);
}

std::string replaceAll(std::string_view text, char character, std::string_view replacement) {
  std::string result;
  for (const char each : text) {
    if (each == character) {
      result += replacement;
    } else {
      result += each;
    }
  }
  return result;
}

/** As Go's encoding/json writes into the inside of a JSON text. */
std::string escapeForHtml(std::string_view json) {
  return replaceAll(replaceAll(replaceAll(json, '<', "\\u003c"), '>', "\\u003e"), '&', "\\u0026");
}

bool isLetterOrDigit(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

/** Percent signs and two digits for every byte that is no letter, no digit and none of `kept`. */
std::string percentEncode(std::string_view value, std::string_view kept, std::string_view digits) {
  std::string encoded;
  for (const char character : value) {
    if (isLetterOrDigit(character) || kept.find(character) != std::string_view::npos) {
      encoded += character;
    } else {
      const auto byte = static_cast<unsigned char>(character);
      encoded += {'%', digits[byte >> 4], digits[byte & 0xf]};
    }
  }
  return encoded;
}

/** What encodeURIComponent leaves (ECMA-262), and what a form leaves (WHATWG URL). */
constexpr std::string_view keptInAddress = "-_.!~*'()";
constexpr std::string_view keptInForm = "-_.* ";

std::string formEncode(std::string_view value, std::string_view digits) {
  return replaceAll(percentEncode(value, keptInForm, digits), ' ', "+");
}

}  // namespace

std::vector<std::string> spellingsOf(std::string_view value) {
  constexpr std::string_view capital = "0123456789ABCDEF";
  constexpr std::string_view small = "0123456789abcdef";
  const std::string json = insideJson(value);
  std::vector<std::string> spellings;
  for (std::string& spelling : std::vector<std::string>{
           std::string(value), json, insideJson(json), escapeForHtml(json),
           percentEncode(value, keptInAddress, capital), formEncode(value, capital),
           percentEncode(value, keptInAddress, small), formEncode(value, small), replaceAll(value, '\'', "'\\''"),
           replaceAll(value, '"', "\"\"")}) {
    if (std::find(spellings.begin(), spellings.end(), spelling) == spellings.end()) {
      spellings.push_back(std::move(spelling));
    }
  }
  return spellings;
}

}  // namespace dvdi
