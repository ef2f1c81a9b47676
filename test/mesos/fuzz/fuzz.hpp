#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace dvdi::fuzz {

/** Ends the run: libFuzzer then writes the input that did it. */
inline void require(bool isTrue, const char* what) {
  if (isTrue) return;
  std::fprintf(stderr, "expected: %s\n", what);
  std::abort();
}

/** Whether a text can be shown: no control characters. */
inline bool isShowable(std::string_view text) {
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

inline std::string_view textOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace dvdi::fuzz
