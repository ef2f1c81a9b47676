#pragma once

#include "documents/json.hpp"
#include "module/module-host.hpp"

namespace dvdi {

/** The `launch` of a prepared container's answer in the form of the agent: targets are paths of the machine. */
[[nodiscard]] ModuleLaunch launchFrom(const Json& launch);

}  // namespace dvdi
