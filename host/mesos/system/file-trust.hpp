#ifndef DVDI_SYSTEM_FILE_TRUST_HPP
#define DVDI_SYSTEM_FILE_TRUST_HPP

#include <sys/stat.h>

#include <optional>
#include <string>

namespace dvdi {

/**
 * Why somebody else than root, or than who runs this, may have written a file.
 * @param found of the open file, so that it is the one that is read
 * @returns nothing when nobody else can have
 */
[[nodiscard]] std::optional<std::string> distrustOf(const struct stat& found);

/** A mode as chmod(1) takes it, at least `width` digits. */
[[nodiscard]] std::string octalMode(mode_t mode, int width = 1);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_FILE_TRUST_HPP
