#ifndef DVDI_SYSTEM_SYSTEM_CALL_HPP
#define DVDI_SYSTEM_SYSTEM_CALL_HPP

#include <cstddef>
#include <string>

#include "system/unique-fd.hpp"

namespace dvdi {

/**
 * openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS: nothing on the way to `path`, which
 * is relative, can lead out of the directory. Notes when the kernel lacks the call.
 * @returns an fd that is not open on failure, with errno set
 */
[[nodiscard]] UniqueFd openBeneath(int directory, const std::string& path, int flags);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_SYSTEM_CALL_HPP
