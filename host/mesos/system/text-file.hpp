#ifndef DVDI_SYSTEM_TEXT_FILE_HPP
#define DVDI_SYSTEM_TEXT_FILE_HPP

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace dvdi {

/**
 * Reads a small file of the kernel (/proc, /sys) or a file that is trusted to be no pipe.
 * @param maxBytes how much of it is read at the most
 * @returns nothing when it cannot be opened or read: a process that has ended, for example
 */
[[nodiscard]] std::optional<std::string> readTextFile(const std::string& path,
                                                      std::size_t maxBytes = std::numeric_limits<std::size_t>::max());

/** What a link of /proc says; nothing when it cannot be read. */
[[nodiscard]] std::optional<std::string> readLink(const std::string& path);

/** What a link under an open directory says; nothing when it cannot be read, with errno set. */
[[nodiscard]] std::optional<std::string> readLinkAt(int directory, const std::string& name);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_TEXT_FILE_HPP
