#ifndef DVDI_SUPPORT_HOSTILE_CORE_HPP
#define DVDI_SUPPORT_HOSTILE_CORE_HPP

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/**
 * Writes the wasm of a core that keeps to the ABI and does something else: each export can be given a body of its own.
 * As it is, every call answers `{"verdict":"allow"}`, and `fault` tells of an assertion in hostile.ts.
 */
class HostileCore {
 public:
  /** Bytes of instructions, without the `end`. */
  using Body = std::string;

  static constexpr std::string_view answerText = R"({"verdict":"allow"})";
  static constexpr std::string_view faultText = R"({"message":"was asked to","file":"hostile.ts","line":7,"column":3})";

  HostileCore();

  HostileCore& body(const std::string& name, const Body& instructions);
  /** Leaves an export out. */
  HostileCore& without(const std::string& name);
  HostileCore& memoryPages(std::uint32_t pages);
  /** Wants a function of the host. */
  HostileCore& importing();
  /** Calls `abi` when it is started. */
  HostileCore& starting();

  [[nodiscard]] std::string wasm() const;

  // Bodies.
  static Body loopForEver();
  static Body trap();
  /** Calls itself for ever: `fault` here is the 12th function. */
  static Body recurse(std::uint32_t functionIndex);
  /** Takes all memory there is, and answers with as many bytes as it has pages. */
  static Body growAndAnswerWithPages();
  static Body constant32(std::int32_t value);
  static Body result(std::uint32_t pointer, std::uint32_t length);

 private:
  std::map<std::string, Body> bodies_;
  std::vector<std::string> leftOut_;
  std::uint32_t pages_ = 1;
  bool importing_ = false;
  bool starting_ = false;
};

#endif  // DVDI_SUPPORT_HOSTILE_CORE_HPP
