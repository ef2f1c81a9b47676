#ifndef DVDI_DRIVER_PLUGIN_JSON_HPP
#define DVDI_DRIVER_PLUGIN_JSON_HPP

#include <string>
#include <string_view>

#include "documents/json.hpp"

namespace dvdi {

/**
 * Reads a foreign JSON document; a discarded value for what is none.
 * @param depthMax more nesting is none: a driver's answer has three levels
 */
[[nodiscard]] Json parseForeign(std::string_view text, int depthMax = 64);

/**
 * The member of an object: the one of exactly this name, else one whose name differs in case only. Plugins and
 * specification files were written against Go's decoder, which reads them so.
 * @returns null when there is none, or it is JSON's null
 */
[[nodiscard]] const Json* member(const Json& object, const std::string& name);

/** A short printable form of a foreign value, for an error's text. */
[[nodiscard]] std::string shownValue(const Json* value);

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_JSON_HPP
