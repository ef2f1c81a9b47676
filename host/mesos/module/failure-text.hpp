#pragma once

#include <string>

#include "documents/error.hpp"
#include "documents/json.hpp"
#include "system/redaction.hpp"

namespace dvdi {

/**
 * Why something failed, with what led to it and what to do, on one line without control characters: Mesos puts it into
 * the status of the task. At most 2,000 characters.
 */
[[nodiscard]] std::string failureText(const Error& error, const Redactor& redactor = {});

/** What refuses a document or a policy, in the same form. @param findings an array */
[[nodiscard]] std::string refusalText(const std::string& what, const Json& findings, const Redactor& redactor = {});

}  // namespace dvdi
