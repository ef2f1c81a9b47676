#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dvdi {

/** SHA-256 (FIPS 180-4) of bytes that come in parts. */
class Sha256 {
 public:
  Sha256& add(std::string_view bytes) noexcept;
  /** The digest in hexadecimal, small letters; the hash is used up by it. */
  [[nodiscard]] std::string finish();

 private:
  static constexpr std::size_t blockBytes = 64;

  void addBlock(const std::uint8_t* block) noexcept;

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, blockBytes> rest_{};
  std::size_t restBytes_ = 0;
  std::uint64_t totalBytes_ = 0;
};

[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace dvdi
