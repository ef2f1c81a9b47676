#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "documents/error.hpp"

namespace dvdi {

/** The assertion of the core that failed, in its own words (docs/abi/v1.md, "Fault"). Empty where it could not say. */
struct CoreFault {
  std::optional<std::string> message;
  std::optional<std::string> file;
  std::optional<std::int64_t> line;
  std::optional<std::int64_t> column;
};

/** What ended a call of the core. */
enum class CoreFailure {
  /** An assertion, or an instruction that cannot be carried out. */
  trap,
  /** It took longer than CoreLimits::deadline. */
  deadline,
  /** It did more than CoreLimits::fuel. */
  fuel,
  /** What it answered is no answer: outside of its memory, or not the JSON that the ABI describes. */
  answer,
};

/**
 * A call of the core that gave no answer. Findings are answers and not errors. Its codes are those of the Node host:
 *
 * - `core-fault`: our defect, never the document's fault. The instance is replaced.
 * - `core-abi`: the file is no core, or one of an ABI that this host does not speak.
 * - `core-request-too-large`: the request is larger than the core takes at all.
 */
class CoreError : public Error {
 public:
  CoreError(std::string code, const std::string& message) : Error(std::move(code), message) {}

  /** A `core-fault`. */
  CoreError(const std::string& message, CoreFailure failure, CoreFault fault, std::string requestHash)
      : Error("core-fault", message),
        failure_(failure),
        fault_(std::move(fault)),
        requestHash_(std::move(requestHash)) {}

  /** For `core-fault` only. */
  [[nodiscard]] const std::optional<CoreFailure>& failure() const noexcept { return failure_; }
  [[nodiscard]] const CoreFault& fault() const noexcept { return fault_; }
  /**
   * SHA-256 of the request, in hexadecimal: enough to find the document again, not enough to read it. The request
   * itself is not kept, since it may hold secrets.
   */
  [[nodiscard]] const std::string& requestHash() const noexcept { return requestHash_; }

 private:
  std::optional<CoreFailure> failure_;
  CoreFault fault_;
  std::string requestHash_;
};

}  // namespace dvdi
