#include "system/iso-time.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace dvdi {

std::string isoTime(std::int64_t atMs) {
  const std::time_t seconds = static_cast<std::time_t>(atMs / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(atMs % 1000));
  return std::string(date.data()) + fraction.data();
}

}  // namespace dvdi
