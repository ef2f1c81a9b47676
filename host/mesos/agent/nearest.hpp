#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dvdi {

/**
 * The known words that `word` may be meant for, nearest first and three at most: those at most a third of their length
 * away, and those that contain it or are contained in it.
 */
[[nodiscard]] std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace dvdi
