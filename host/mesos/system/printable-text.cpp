#include "system/printable-text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "system/utf8.hpp"

namespace dvdi {

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

/**
 * What a terminal does not show, or obeys: controls, formats, private use, noncharacters, blanks other than the space,
 * what is ignored by default (Unicode 15.1; the Node host asks its own tables, which have the unassigned ones too).
 */
constexpr std::array<Range, 44> unprintable = {{
    {0x0000, 0x001f},   {0x007f, 0x00a0},   {0x00ad, 0x00ad},   {0x034f, 0x034f},     {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},     {0x08e2, 0x08e2},
    {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5},   {0x180b, 0x180f},     {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800},   {0x3000, 0x3000},     {0x3164, 0x3164},
    {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},     {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},   {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff},   {0x3fffe, 0x3ffff},
    {0x4fffe, 0x4ffff}, {0x5fffe, 0x5ffff}, {0x6fffe, 0x6ffff}, {0x7fffe, 0x7ffff},   {0x8fffe, 0x8ffff},
    {0x9fffe, 0x9ffff}, {0xafffe, 0xaffff}, {0xbfffe, 0xdffff}, {0xe0000, 0x10ffff},
}};

bool isUnprintable(std::uint32_t codePoint) {
  const auto found = std::lower_bound(unprintable.begin(), unprintable.end(), codePoint,
                                      [](const Range& range, std::uint32_t value) { return range.last < value; });
  return found != unprintable.end() && found->first <= codePoint;
}

std::string hex(const char* format, std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string escaped(std::uint32_t codePoint) {
  switch (codePoint) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (codePoint <= 0xff) return hex("\\x%02x", codePoint);
  return codePoint <= 0xffff ? hex("\\u%04x", codePoint) : hex("\\u{%x}", codePoint);
}

std::size_t unitsOf(const Utf8Character& character) {
  return character.codePoint.value_or(0) > 0xffff ? 2 : 1;
}

}  // namespace

std::string printableText(std::string_view text, std::size_t lengthMax) {
  std::string shown;
  std::size_t units = 0;
  while (!text.empty()) {
    const Utf8Character character = readUtf8(text);
    if (units + unitsOf(character) > lengthMax) break;
    units += unitsOf(character);
    if (!character.codePoint) {
      shown += replacementCharacter;
    } else if (isUnprintable(*character.codePoint)) {
      shown += escaped(*character.codePoint);
    } else {
      shown += text.substr(0, character.length);
    }
    text.remove_prefix(character.length);
  }
  if (!text.empty()) shown += "… (" + std::to_string(utf16Length(text)) + " more characters)";
  return shown;
}

std::string escapeUnprintable(std::string_view json) {
  std::string shown;
  while (!json.empty()) {
    const Utf8Character character = readUtf8(json);
    const std::uint32_t codePoint = character.codePoint.value_or(0xfffd);
    if (!isUnprintable(codePoint)) {
      shown += json.substr(0, character.length);
    } else if (codePoint <= 0xffff) {
      shown += hex("\\u%04x", codePoint);
    } else {
      shown += hex("\\u%04x", 0xd800 + ((codePoint - 0x10000) >> 10U));
      shown += hex("\\u%04x", 0xdc00 + ((codePoint - 0x10000) & 0x3ffU));
    }
    json.remove_prefix(character.length);
  }
  return shown;
}

std::string inQuotes(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const Utf8Character character = readUtf8(text);
    const std::uint32_t codePoint = character.codePoint.value_or(0xfffd);
    if (codePoint == '"' || codePoint == '\\') {
      json += '\\';
      json += static_cast<char>(codePoint);
    } else if (codePoint == '\n' || codePoint == '\r' || codePoint == '\t') {
      json += escaped(codePoint);
    } else if (codePoint == '\b' || codePoint == '\f') {
      json += codePoint == '\b' ? "\\b" : "\\f";
    } else if (codePoint < 0x20) {
      json += hex("\\u%04x", codePoint);
    } else {
      json += character.codePoint ? text.substr(0, character.length) : replacementCharacter;
    }
    text.remove_prefix(character.length);
  }
  return json + '"';
}

std::string quotedPrintable(std::string_view text, std::size_t lengthMax) {
  return inQuotes(printableText(text, lengthMax));
}

bool isUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Utf8Character character = readUtf8(bytes);
    if (!character.codePoint) return false;
    bytes.remove_prefix(character.length);
  }
  return true;
}

bool hasControlCharacter(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = readUtf8(text);
    const std::uint32_t codePoint = character.codePoint.value_or(0xfffd);
    if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return true;
    text.remove_prefix(character.length);
  }
  return false;
}

std::size_t utf16Length(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    const Utf8Character character = readUtf8(text);
    units += unitsOf(character);
    text.remove_prefix(character.length);
  }
  return units;
}

}  // namespace dvdi
