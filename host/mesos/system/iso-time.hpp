#ifndef DVDI_SYSTEM_ISO_TIME_HPP
#define DVDI_SYSTEM_ISO_TIME_HPP

#include <cstdint>
#include <string>

namespace dvdi {

/** A time as Node writes it: `2026-11-24T00:15:00.123Z`. @param atMs milliseconds since 1970 */
[[nodiscard]] std::string isoTime(std::int64_t atMs);

/** Whether a text is a time in UTC that there is, as RFC 3339 has it, with up to nine digits behind the point. */
[[nodiscard]] bool isUtcTime(const std::string& text);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_ISO_TIME_HPP
