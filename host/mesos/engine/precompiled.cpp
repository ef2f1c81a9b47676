#include "engine/precompiled.hpp"

#include "engine/core-module.hpp"
#include "engine/sha256.hpp"

namespace dvdi {
namespace {

constexpr std::string_view formatLine = "dvdi-precompiled 1";

/** Takes a line off the beginning of a text; the whole rest where there is no line feed. */
std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string wasmtimeLine() { return std::string("wasmtime ").append(engineVersion()); }

}  // namespace

std::string packPrecompiled(std::string_view wasm, std::string_view code) {
  std::string file;
  file.append(formatLine).append("\n").append(wasmtimeLine()).append("\n");
  file.append("wasm ").append(sha256(wasm)).append("\n");
  file.append("code ").append(std::to_string(code.size())).append("\n\n");
  return file.append(code);
}

std::variant<std::string_view, PrecompiledMismatch> unpackPrecompiled(std::string_view file, std::string_view wasm) {
  std::string_view rest = file;
  if (takeLine(rest) != formatLine) return PrecompiledMismatch{"it is no precompiled core of this format"};
  if (const std::string_view line = takeLine(rest); line != wasmtimeLine()) {
    return PrecompiledMismatch{std::string("expected ").append(wasmtimeLine()).append(", got ").append(line)};
  }
  if (takeLine(rest) != "wasm " + sha256(wasm)) return PrecompiledMismatch{"it was made from another wasm"};
  const std::string_view codeLine = takeLine(rest);
  if (!takeLine(rest).empty() || codeLine != "code " + std::to_string(rest.size())) {
    return PrecompiledMismatch{"it is cut"};
  }
  return rest;
}

}  // namespace dvdi
