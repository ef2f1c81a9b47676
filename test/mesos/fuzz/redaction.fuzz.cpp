// What takes secrets out of texts: of any text, and for any document.
#include "driver/plugin-json.hpp"
#include "fuzz.hpp"
#include "system/redaction.hpp"

using dvdi::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dvdi::Redactor known(
      dvdi::parseJson(R"([{"key":"password","value":"hush-hush/ \"x","secret":true},)"
                      R"({"key":"k","value":"aaaa","secret":true}])"));
  const std::string text(dvdi::fuzz::textOf(data, size));
  const std::string shown = known.text(text);
  require(shown.find("hush-hush/ \"x") == std::string::npos, "no secret in a text");
  const dvdi::Json document = dvdi::parseForeign(text);
  if (document.is_discarded()) return 0;
  const dvdi::Redactor own(document);
  static_cast<void>(own.text(text));
  const std::string plain = dvdi::toJsonText(known.document(document));
  require(plain.find(R"(hush-hush/ \"x)") == std::string::npos, "no secret in a document");
  static_cast<void>(own.document(document));
  return 0;
}
