#pragma once

#include <string>

#include "documents/json.hpp"
#include "engine/core.hpp"

namespace dvdi {

/**
 * What the core reads of a document's options, so that the ones it calls secret can be taken out of what is shown. An
 * admission has no options; a document of several tasks is therefore read again, task by task.
 * @param description the core's own
 * @param admission what the core said of the document
 * @returns an array of VolumeRequests
 */
[[nodiscard]] Json admittedRequests(Core& core, const Json& description, const Json& admission,
                                    const std::string& document);

}  // namespace dvdi
