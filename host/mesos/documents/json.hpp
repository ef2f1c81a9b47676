#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dvdi {

/** A JSON value that keeps the order of its keys: answers are compared byte for byte with those of the Node host. */
using Json = nlohmann::ordered_json;

/**
 * Reads JSON of our own making: an answer of the core, a row of the ledger. Untrusted JSON has limits of its own.
 * @throws Error `internal` when it is none: a defect of ours
 */
[[nodiscard]] Json parseJson(std::string_view text);

/**
 * Writes as JSON.stringify does: no white space, only what must be escaped is. Bytes that are no UTF-8 become U+FFFD,
 * as where Node takes them in.
 */
[[nodiscard]] std::string toJsonText(const Json& value);

}  // namespace dvdi
