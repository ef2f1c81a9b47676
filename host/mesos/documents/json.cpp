#include "documents/json.hpp"

#include "documents/error.hpp"

namespace dvdi {

Json parseJson(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error("internal", std::string("expected JSON of our own making: ") + error.what());
  }
}

std::string toJsonText(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace dvdi
