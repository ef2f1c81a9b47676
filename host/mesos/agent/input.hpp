#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dvdi {

/**
 * The core refuses a document over its own limit of 1 MiB with a finding; this one only keeps an endless file or pipe
 * from filling the memory first.
 */
inline constexpr std::size_t inputSizeMaxBytes = 4 * 1024 * 1024;

/**
 * Reads a document or a policy whole; a pipe may be silent for a minute.
 * @param file a path, or `-` for standard input
 * @param purpose what to call it in an error: `document`, `policy`
 * @throws Error `cli-input`, `cli-input-size`
 */
[[nodiscard]] std::string readInput(const std::string& file, std::string_view purpose,
                                    std::size_t sizeMaxBytes = inputSizeMaxBytes);

}  // namespace dvdi
