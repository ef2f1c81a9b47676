#pragma once

#include "agent/exit-codes.hpp"
#include "documents/error.hpp"
#include "documents/json.hpp"

namespace dvdi {

/** A failure as data, the same fields in the same order as `dvdi --json` prints them. */
[[nodiscard]] Json reportError(const Error& error);

/** The exit code that a failure asks for by its code; what is not typed counts as a defect of ours. */
[[nodiscard]] ExitCode exitCodeOf(const Error& error);

}  // namespace dvdi
