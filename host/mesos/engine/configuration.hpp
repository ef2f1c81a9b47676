#pragma once

#include "engine/handles.hpp"

namespace dvdi {

/** What an engine is made for: only code for any machine of this architecture may be kept in a file. */
enum class CodeFor { thisMachine, anyMachine };

/** wasmtime as the core is compiled and run with. What one engine compiles another takes, when both are of this. */
[[nodiscard]] ConfigHandle engineConfiguration(CodeFor machine);

}  // namespace dvdi
