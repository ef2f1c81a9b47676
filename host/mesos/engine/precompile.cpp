// dvdi-precompile WASM FILE: compiles a core at build time, into the file that the library embeds.

#include <fstream>
#include <iostream>
#include <iterator>

#include "engine/core-error.hpp"
#include "engine/core-module.hpp"

namespace {

bool precompileFile(const char* from, const char* to) {
  std::ifstream in(from, std::ios::binary);
  const std::string wasm{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return false;
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  out << dvdi::precompileCore(wasm) << std::flush;
  return out.good();
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "dvdi-precompile: expected WASM FILE\n";
    return 2;
  }
  try {
    if (precompileFile(words[1], words[2])) return 0;
    std::cerr << "dvdi-precompile: cannot read " << words[1] << " or cannot write " << words[2] << '\n';
  } catch (const dvdi::CoreError& error) {
    std::cerr << "dvdi-precompile: " << words[1] << ": " << error.what() << '\n';
  }
  return 1;
}
