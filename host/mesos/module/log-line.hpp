#pragma once

#include <string>

#include "documents/json.hpp"

namespace dvdi {

/**
 * A line of the agent's log: `dvdi: driver-called {"container":"web.2",…}`. The fields are those of docs/logs.md, texts
 * and lists cut as there; all is ASCII on one line, whatever a driver or a document said.
 */
[[nodiscard]] std::string logLine(const std::string& event, const Json& fields);

}  // namespace dvdi
