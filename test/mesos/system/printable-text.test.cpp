#include "system/printable-text.hpp"

#include <gtest/gtest.h>

namespace dvdi {
namespace {

TEST(PrintableText, LeavesPlainTextAlone) {
  EXPECT_EQ(printableText("data-1 \\ \"x\" äöü 漢字 😀"), "data-1 \\ \"x\" äöü 漢字 😀");
}

TEST(PrintableText, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printableText("a\nb\r\t\x1b[31m\x7f"), "a\\nb\\r\\t\\x1b[31m\\x7f");
  EXPECT_EQ(printableText("\u202e\u00a0\U000e0001"), "\\u202e\\xa0\\u{e0001}");
}

TEST(PrintableText, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(printableText("a\xff\xc3(b"), "a\uFFFD\uFFFD(b");
  EXPECT_EQ(printableText(std::string_view("\xed\xa0\x80", 3)), "\uFFFD\uFFFD\uFFFD");
}

TEST(PrintableText, CutsByUtf16Units) {
  EXPECT_EQ(printableText("abcdef", 4), "abcd… (2 more characters)");
  EXPECT_EQ(printableText("ab😀cd", 3), "ab… (4 more characters)");
}

TEST(Quoted, WritesAsJsonStringify) {
  EXPECT_EQ(inQuotes("a\"b\\c\n\b\f\r\t\x01\x7f/ä"), "\"a\\\"b\\\\c\\n\\b\\f\\r\\t\\u0001\x7f/ä\"");
}

TEST(Utf8, KnowsControlCharacters) {
  EXPECT_TRUE(hasControlCharacter("a\u0085"));
  EXPECT_TRUE(hasControlCharacter("\x7f"));
  EXPECT_FALSE(hasControlCharacter("äöü 漢"));
  EXPECT_FALSE(isUtf8("\xc0\x80"));
  EXPECT_TRUE(isUtf8("😀"));
}

}  // namespace
}  // namespace dvdi
