#ifndef DVDI_SYSTEM_SECRET_SPELLINGS_HPP
#define DVDI_SYSTEM_SECRET_SPELLINGS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace dvdi {

/**
 * The spellings in which a value is likely to come back from a driver: as it is, inside a JSON text (by JSON.stringify
 * and by Go, which escapes < > & too), inside a JSON text that is in a JSON text, in an address or a form, in a shell's
 * quotes and in a comma-separated list. The Node host has the same (host/system/secret-spellings.ts).
 * @param value UTF-8
 */
[[nodiscard]] std::vector<std::string> spellingsOf(std::string_view value);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_SECRET_SPELLINGS_HPP
