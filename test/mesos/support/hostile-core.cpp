#include "support/hostile-core.hpp"

#include <algorithm>
#include <array>

namespace {

// The encodings are those of the WebAssembly core specification, "Binary Format".

struct Export {
  const char* name;
  /** In the order of `types`. */
  std::uint8_t type;
};

constexpr std::array<Export, 12> exports{{{"abi", 0},
                                          {"allocate", 1},
                                          {"configure", 2},
                                          {"describe", 3},
                                          {"inspect", 4},
                                          {"admit", 2},
                                          {"prepare", 2},
                                          {"cleanup", 2},
                                          {"recover", 2},
                                          {"importCheckpoint", 2},
                                          {"exportCheckpoint", 2},
                                          {"fault", 3}}};

/** () → i32, (i32) → i32, (i32, i32) → i64, () → i64, (i32, i32, i32) → i64 */
constexpr std::string_view types(
    "\x05\x60\x00\x01\x7f\x60\x01\x7f\x01\x7f\x60\x02\x7f\x7f\x01\x7e\x60\x00\x01\x7e\x60\x03\x7f\x7f\x7f\x01\x7e", 27);

constexpr std::uint32_t answerAddress = 16;
constexpr std::uint32_t faultAddress = 256;
constexpr std::int32_t requestAddress = 4096;

std::string unsignedNumber(std::uint64_t value) {
  std::string bytes;
  do {
    const auto low = static_cast<unsigned char>(value & 0x7f);
    value >>= 7;
    bytes += static_cast<char>(value == 0 ? low : low | 0x80);
  } while (value != 0);
  return bytes;
}

std::string signedNumber(std::int64_t value) {
  std::string bytes;
  for (;;) {
    const auto low = static_cast<unsigned char>(value & 0x7f);
    value >>= 7;
    const bool last = (value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0);
    bytes += static_cast<char>(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

std::string sized(const std::string& bytes) { return unsignedNumber(bytes.size()) + bytes; }

std::string section(char id, const std::string& content) { return id + sized(content); }

std::string data(std::uint32_t address, std::string_view text) {
  return std::string("\x00\x41", 2) + signedNumber(address) + '\x0b' + sized(std::string(text));
}

}  // namespace

HostileCore::HostileCore() {
  for (const Export& each : exports) {
    bodies_[each.name] = result(answerAddress, static_cast<std::uint32_t>(answerText.size()));
  }
  body("abi", constant32(1 << 16 | 2));
  body("allocate", constant32(requestAddress));
  body("fault", result(faultAddress, static_cast<std::uint32_t>(faultText.size())));
}

HostileCore& HostileCore::body(const std::string& name, const Body& instructions) {
  bodies_.at(name) = instructions;
  return *this;
}

HostileCore& HostileCore::without(const std::string& name) {
  leftOut_.push_back(name);
  return *this;
}

HostileCore& HostileCore::memoryPages(std::uint32_t pages) {
  pages_ = pages;
  return *this;
}

HostileCore& HostileCore::importing() {
  importing_ = true;
  return *this;
}

HostileCore& HostileCore::starting() {
  starting_ = true;
  return *this;
}

std::string HostileCore::wasm() const {
  std::string functions = unsignedNumber(exports.size() + 1);
  std::string named =
      unsignedNumber(exports.size() - leftOut_.size() + 1) + sized("memory") + std::string("\x02\x00", 2);
  std::string code = unsignedNumber(exports.size() + 1);
  std::uint32_t index = importing_ ? 1 : 0;
  for (const Export& each : exports) {
    functions += static_cast<char>(each.type);
    code += sized(std::string(1, '\0') + bodies_.at(each.name) + '\x0b');
    if (std::find(leftOut_.begin(), leftOut_.end(), each.name) == leftOut_.end()) {
      named += sized(each.name) + '\x00' + unsignedNumber(index);
    }
    ++index;
  }
  // The last function is what a start needs: no parameters, no result. It does what abi does.
  functions += '\x05';
  code += sized(std::string(1, '\0') + bodies_.at("abi") + "\x1a\x0b");

  std::string typeSection(types);
  typeSection[0] = '\x06';
  typeSection += std::string("\x60\x00\x00", 3);
  std::string module("\0asm\x01\0\0\0", 8);
  module += section(1, typeSection);
  if (importing_) module += section(2, "\x01" + sized("env") + sized("call") + std::string("\x00\x00", 2));
  module += section(3, functions);
  module += section(5, std::string("\x01\x00", 2) + unsignedNumber(pages_));
  module += section(7, named);
  if (starting_) module += section(8, unsignedNumber(index));
  module += section(10, code);
  module += section(11, "\x02" + data(answerAddress, answerText) + data(faultAddress, faultText));
  return module;
}

// loop; br 0; end; unreachable
HostileCore::Body HostileCore::loopForEver() { return {"\x03\x40\x0c\x00\x0b\x00", 6}; }

// unreachable
HostileCore::Body HostileCore::trap() { return {"\x00", 1}; }

// i32.const 0; i32.const 0; call; drop; unreachable
HostileCore::Body HostileCore::recurse(std::uint32_t functionIndex) {
  return std::string("\x41\x00\x41\x00\x10", 5) + unsignedNumber(functionIndex) + std::string("\x1a\x00", 2);
}

// loop; i32.const 1; memory.grow; i32.const -1; i32.ne; br_if 0; end; memory.size; i64.extend_i32_u
HostileCore::Body HostileCore::growAndAnswerWithPages() {
  return {"\x03\x40\x41\x01\x40\x00\x41\x7f\x47\x0d\x00\x0b\x3f\x00\xad", 15};
}

// i32.const
HostileCore::Body HostileCore::constant32(std::int32_t value) { return '\x41' + signedNumber(value); }

// i64.const
HostileCore::Body HostileCore::result(std::uint32_t pointer, std::uint32_t length) {
  return '\x42' + signedNumber(static_cast<std::int64_t>(std::uint64_t{pointer} << 32 | length));
}
