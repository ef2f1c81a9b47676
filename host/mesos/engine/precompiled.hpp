#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace dvdi {

/**
 * The file that holds a core's compiled code: four lines of text, an empty one, the code.
 *
 *     dvdi-precompiled 1
 *     wasmtime 48.0.8
 *     wasm <SHA-256 of the wasm>
 *     code <length in bytes>
 *
 * @param code what wasmtime serialised
 */
[[nodiscard]] std::string packPrecompiled(std::string_view wasm, std::string_view code);

/** Why a file is not taken, to follow "the precompiled core is not used: ". */
struct PrecompiledMismatch {
  std::string reason;
};

/**
 * Opens such a file. The code is machine code and is trusted as the program itself is: this keeps mistakes of a
 * build or of an installation away, not an attacker. A hash of the code would be a third of the time of a start.
 * @returns the code, a part of `file`; or why it does not belong to this wasm and this version of wasmtime
 */
[[nodiscard]] std::variant<std::string_view, PrecompiledMismatch> unpackPrecompiled(std::string_view file,
                                                                                    std::string_view wasm);

}  // namespace dvdi
