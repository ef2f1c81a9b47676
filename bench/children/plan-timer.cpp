// dvdi-plan-timer FILE: for each line with a number on stdin, plans FILE as often and prints the nanoseconds of one
// plan and the peak of the process's memory in KiB: bytes in, bytes out, as bench/figures/native.ts does with V8.

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>

#include "engine/core.hpp"
#include "engine/embedded-core.hpp"

namespace {

constexpr std::string_view header = R"({"container":"example","kind":0,"ledger":{"volumes":[]}})";

std::string readFile(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/** Not by getrusage(2), which counts what the parent had before exec(2), too. */
std::string peakKib() {
  constexpr std::string_view field = "VmHWM:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::to_string(std::stol(line.substr(field.size())));
  }
  return "0";
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "dvdi-plan-timer: expected FILE\n";
    return 2;
  }
  const std::string document = readFile(words[1]);
  dvdi::Core core(std::make_shared<const dvdi::CoreModule>(dvdi::embeddedCore()));
  for (std::int64_t rounds = 0; std::cin >> rounds;) {
    std::size_t bytes = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t round = 0; round < rounds; ++round) bytes += core.prepare(header, document).size();
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
    if (bytes == 0) return 1;
    std::cout << took.count() / rounds << ' ' << peakKib() << std::endl;
  }
  return 0;
}
