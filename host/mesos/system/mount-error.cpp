#include "system/mount-error.hpp"

#include <utility>

#include "system/printable-text.hpp"

namespace dvdi {

namespace {

const char* codeOf(MountFault fault) {
  switch (fault) {
    case MountFault::refused:
      return "mount-refused";
    case MountFault::unverified:
      return "mount-unverified";
    case MountFault::hidden:
      return "mount-hidden";
    case MountFault::busy:
      return "mount-busy";
    case MountFault::exposed:
      return "mount-exposed";
    case MountFault::missing:
      break;
  }
  return "mount-missing";
}

}  // namespace

MountError::MountError(MountFault fault, const std::string& path, const std::string& message,
                       std::vector<Error> causes)
    : Error(codeOf(fault), inQuotes(path) + ": " + message, {}, std::move(causes)), fault_(fault) {}

}  // namespace dvdi
