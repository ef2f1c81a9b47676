#ifndef DVDI_SYSTEM_UTF8_HPP
#define DVDI_SYSTEM_UTF8_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dvdi {

/** One character of a text: its code point, or none where the bytes are no UTF-8, and how many bytes it takes. */
struct Utf8Character {
  std::optional<std::uint32_t> codePoint;
  std::size_t length;
};

/**
 * Reads the character at the start of a text that is not empty. RFC 3629: no overlong forms, no surrogates, nothing
 * past U+10FFFF. What is not UTF-8 is taken byte by byte.
 */
[[nodiscard]] inline Utf8Character readUtf8(std::string_view text) {
  const auto byteAt = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char first = byteAt(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {std::nullopt, 1};
  std::uint32_t codePoint = first & (0xffU >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byteAt(index) & 0xc0) != 0x80) return {std::nullopt, 1};
    codePoint = (codePoint << 6) | (byteAt(index) & 0x3fU);
  }
  const std::uint32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  const bool isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (codePoint < smallest || codePoint > 0x10ffff || isSurrogate) return {std::nullopt, 1};
  return {codePoint, length};
}

inline constexpr std::string_view replacementCharacter = "\xef\xbf\xbd";

}  // namespace dvdi

#endif  // DVDI_SYSTEM_UTF8_HPP
