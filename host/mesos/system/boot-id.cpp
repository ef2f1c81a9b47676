#include "system/boot-id.hpp"

#include <chrono>
#include <ctime>

#include "system/system-error.hpp"
#include "system/text-file.hpp"

namespace dvdi {

const std::string& bootId() {
  static const std::string known = [] {
    std::string text = readTextFile("/proc/sys/kernel/random/boot_id").value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (text.empty()) throw defect("expected /proc/sys/kernel/random/boot_id to be readable; mount /proc");
    return text;
  }();
  return known;
}

double uptimeMs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec / 1'000'000);
}

long long wallClockMs() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace dvdi
