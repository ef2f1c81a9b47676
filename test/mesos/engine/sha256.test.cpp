#include "engine/sha256.hpp"

#include <gtest/gtest.h>

namespace {

using dvdi::Sha256;
using dvdi::sha256;

// The examples of FIPS 180-4 (NIST, "SHA-256 Examples"), and the empty message.
TEST(Sha256, ExamplesOfTheStandard) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Where the padding ends up in the same block, fills it, or needs another one.
TEST(Sha256, PartsMakeTheSameHashAsTheWhole) {
  for (std::size_t length = 0; length <= 260; ++length) {
    const std::string text(length, 'x');
    const std::string whole = sha256(text);
    for (const std::size_t cut : {length / 3, length / 2, length}) {
      EXPECT_EQ(Sha256().add(text.substr(0, cut)).add(text.substr(cut)).finish(), whole) << length << " at " << cut;
    }
  }
}

}  // namespace
