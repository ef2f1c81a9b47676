#include "module/log-line.hpp"

#include "system/printable-text.hpp"

namespace dvdi {
namespace {

/** Longest text in a line, in UTF-16 units: a driver may say as much as it likes. */
constexpr std::size_t textLengthMax = 2'000;
/** Most items of a list that a line shows; a document may ask for thousands of volumes. */
constexpr std::size_t itemsMax = 32;

Json bounded(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return utf16Length(text) > textLengthMax ? Json(printableText(text, textLengthMax)) : value;
  }
  if (value.is_array()) {
    Json items = Json::array();
    for (const Json& item : value) {
      if (items.size() == itemsMax) break;
      items.push_back(bounded(item));
    }
    return items;
  }
  if (!value.is_object()) return value;
  Json fields = Json::object();
  for (const auto& [name, field] : value.items()) fields[name] = bounded(field);
  return fields;
}

}  // namespace

std::string logLine(const std::string& event, const Json& fields) {
  constexpr bool asciiOnly = true;
  return "dvdi: " + event + " " + bounded(fields).dump(-1, ' ', asciiOnly, Json::error_handler_t::replace);
}

}  // namespace dvdi
