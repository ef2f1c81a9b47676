#ifndef DVDI_ISOLATOR_ISOLATOR_PARTS_HPP
#define DVDI_ISOLATOR_ISOLATOR_PARTS_HPP

#include <chrono>
#include <string>

#include "isolator/core-port.hpp"
#include "isolator/drivers.hpp"
#include "isolator/isolator-event.hpp"
#include "ledger/ledger.hpp"

namespace dvdi {

/** What every operation of an isolator works with. */
struct IsolatorParts {
  CoreCalls& core;
  Ledger& ledger;
  Drivers& drivers;
  Events& events;
};

/** The name under which one isolator alone works on a container. */
[[nodiscard]] inline std::string containerKey(const std::string& container) { return "container " + container; }

/**
 * Longest that a prepare or cleanup waits for another one on the same container: longer than mounting and the undo of
 * it may take by the policy's defaults.
 */
inline constexpr std::chrono::milliseconds containerHoldTimeout{900'000};

/** The steps of a plan that are carried out here; a step is JSON as the core wrote it. */
[[nodiscard]] inline bool isDenied(const Json& answer) { return answer.at("verdict") == "deny"; }

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_ISOLATOR_PARTS_HPP
