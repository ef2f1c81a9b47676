#include "system/iso-time.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <regex>

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

bool isUtcTime(const std::string& text) {
  static const std::regex shape(R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z)");
  if (!std::regex_match(text, shape)) return false;
  const auto number = [&](std::size_t at, std::size_t length) { return std::stoi(text.substr(at, length)); };
  std::tm time{};
  time.tm_year = number(0, 4) - 1900;
  time.tm_mon = number(5, 2) - 1;
  time.tm_mday = number(8, 2);
  time.tm_hour = number(11, 2);
  time.tm_min = number(14, 2);
  time.tm_sec = number(17, 2);
  const std::tm given = time;
  // It carries what is too much over to the next field: a day that there is not becomes another one.
  ::timegm(&time);
  return time.tm_mon == given.tm_mon && time.tm_mday == given.tm_mday && time.tm_hour == given.tm_hour &&
         time.tm_min == given.tm_min && time.tm_sec == given.tm_sec;
}

}  // namespace dvdi
