#ifndef DVDI_SYSTEM_SYSTEM_ERROR_HPP
#define DVDI_SYSTEM_SYSTEM_ERROR_HPP

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "documents/error.hpp"

namespace dvdi {

/** The name of an errno, for example `ENOENT`; `errno 4711` for one that has none. */
[[nodiscard]] std::string errnoName(int number);

/** A system call that the kernel refused, as the cause of another error, which says what it was for. */
[[nodiscard]] Error systemError(std::string_view call, int number);

/** A mistake of ours, not of the world: code `internal`. */
[[nodiscard]] Error defect(const std::string& message);

/** What is being handled right now, as the cause of another error. Only inside of a `catch`. */
[[nodiscard]] Error caughtError();

/** The same of what was caught elsewhere. */
[[nodiscard]] Error errorOf(const std::exception_ptr& thrown);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_SYSTEM_ERROR_HPP
