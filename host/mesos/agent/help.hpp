#pragma once

#include <span>
#include <string>

#include "agent/verb.hpp"

namespace dvdi {

/** The help of the whole program. */
[[nodiscard]] std::string programHelp(std::span<const Verb* const> verbs);

/** The help of one verb. */
[[nodiscard]] std::string verbHelp(const Verb& verb);

}  // namespace dvdi
