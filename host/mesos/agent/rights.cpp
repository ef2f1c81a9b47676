#include "agent/rights.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "documents/error.hpp"
#include "system/text-file.hpp"

namespace dvdi {
namespace {

constexpr std::array<NeededCapability, 5> needed{{
    {0, "CAP_CHOWN", "to give a volume the owner of its container path"},
    {1, "CAP_DAC_OVERRIDE", "to make directories anywhere"},
    {6, "CAP_SETGID", "to start the task with the groups of its user"},
    {7, "CAP_SETUID", "to start the task as its user"},
    {21, "CAP_SYS_ADMIN", "to mount and to make mount namespaces"},
}};

/** The bits of `CapEff` in /proc/self/status; none when it cannot be read. */
std::uint64_t effectiveCapabilities() {
  const std::string status = readTextFile("/proc/self/status").value_or("");
  constexpr std::string_view field = "\nCapEff:\t";
  const std::size_t at = status.find(field);
  std::uint64_t bits = 0;
  if (at == std::string::npos) return bits;
  const char* start = status.data() + at + field.size();
  std::from_chars(start, status.data() + status.size(), bits, 16);
  return bits;
}

}  // namespace

std::vector<NeededCapability> lackingCapabilities() {
  const std::uint64_t effective = effectiveCapabilities();
  std::vector<NeededCapability> lacking;
  for (const NeededCapability& capability : needed) {
    if (((effective >> capability.bit) & 1U) == 0) lacking.push_back(capability);
  }
  return lacking;
}

std::string whoAmI() { return "user id " + std::to_string(::geteuid()); }

void requireMountRights() {
  std::string names;
  for (const NeededCapability& capability : lackingCapabilities()) {
    names.append(names.empty() ? "" : ", ").append(capability.name);
  }
  if (names.empty()) return;
  throw Error("cli-rights", "the rights to mount volumes are missing",
              {.expected = "to be root, with the capabilities to mount and to change users",
               .got = whoAmI() + ", without " + names,
               .advice = "run it as root: sudo dvdi run …; `dvdi doctor` says more"});
}

}  // namespace dvdi
