#include "system/file-trust.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

namespace dvdi {

namespace {

/** Write permission of the group and of others. */
constexpr mode_t othersWrite = 0022;

}  // namespace

std::optional<std::string> distrustOf(const struct stat& found) {
  if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
    return "it belongs to user " + std::to_string(found.st_uid);
  }
  if ((found.st_mode & othersWrite) == 0) return std::nullopt;
  return "its mode is " + octalMode(found.st_mode);
}

std::string octalMode(mode_t mode, int width) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%0*o", width, mode & 07777U);
  return text.data();
}

}  // namespace dvdi
