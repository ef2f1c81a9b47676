#ifndef DVDI_SYSTEM_PRINTABLE_TEXT_HPP
#define DVDI_SYSTEM_PRINTABLE_TEXT_HPP

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace dvdi {

/**
 * Makes untrusted text fit for a terminal or a log line: one line, every character visible, nothing reordered. What is
 * not printable becomes `\n`, `\x1b`, `\u202e` or `\u{e0001}`; bytes that are no UTF-8 become U+FFFD. A backslash stays
 * as it is, so that it can be applied twice.
 * @param lengthMax number of UTF-16 code units of `text` that are shown; what is left out is counted at the end
 */
[[nodiscard]] std::string printableText(
    std::string_view text, std::size_t lengthMax = std::numeric_limits<std::size_t>::max());

/**
 * A JSON document on one line that a terminal can be given: what is not printable stands as `\uXXXX`, so that the
 * document means the same to a parser. @param json UTF-8
 */
[[nodiscard]] std::string escapeUnprintable(std::string_view json);

/** A text as a JSON string, with its quotes; bytes that are no UTF-8 become U+FFFD. */
[[nodiscard]] std::string inQuotes(std::string_view text);

/** `inQuotes`, of a text that was made printable before. */
[[nodiscard]] std::string quotedPrintable(
    std::string_view text, std::size_t lengthMax = std::numeric_limits<std::size_t>::max());

/** Whether the bytes are UTF-8 as RFC 3629 has it. */
[[nodiscard]] bool isUtf8(std::string_view bytes);

/** Whether a text has a control character (Unicode's category Cc). */
[[nodiscard]] bool hasControlCharacter(std::string_view text);

/** The number of UTF-16 code units of a text. */
[[nodiscard]] std::size_t utf16Length(std::string_view text);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_PRINTABLE_TEXT_HPP
