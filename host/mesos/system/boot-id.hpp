#ifndef DVDI_SYSTEM_BOOT_ID_HPP
#define DVDI_SYSTEM_BOOT_ID_HPP

#include <string>

namespace dvdi {

/**
 * What tells one run of the kernel from the next: a mount id or a process id that was written down under another boot
 * id means nothing any more (random(4)).
 */
[[nodiscard]] const std::string& bootId();

/** Milliseconds since the machine was started, the same for all of its processes, whatever the wall clock does. */
[[nodiscard]] double uptimeMs();

/** Milliseconds since 1970, for people. */
[[nodiscard]] long long wallClockMs();

}  // namespace dvdi

#endif  // DVDI_SYSTEM_BOOT_ID_HPP
