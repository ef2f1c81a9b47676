#include "driver/plugin-json.hpp"

#include "ledger/volume-types.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

Json parseForeign(std::string_view text, int depthMax) {
  if (!isUtf8(text)) return Json(Json::value_t::discarded);
  bool isTooDeep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    isTooDeep = isTooDeep || depth > depthMax;
    return !isTooDeep;
  };
  Json value = Json::parse(text, watch, false);
  return isTooDeep ? Json(Json::value_t::discarded) : value;
}

const Json* member(const Json& object, const std::string& name) {
  auto found = object.find(name);
  if (found == object.end()) {
    const std::string lower = asciiLower(name);
    for (found = object.begin(); found != object.end() && asciiLower(found.key()) != lower;) ++found;
  }
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string shownValue(const Json* value) {
  if (value == nullptr) return "nothing";
  return printableText(value->dump(-1, ' ', false, Json::error_handler_t::replace), 200);
}

}  // namespace dvdi
