// Answers calls on standard input, for the tests in TypeScript that compare two hosts.
//
// A call is a line `NAME KIND LENGTH LENGTH` and as many bytes in two parts; an answer is a line `LENGTH` and as many
// bytes. The names are the core's exports; `redact` takes a document and one of texts, and answers both without the
// secrets of the document.

#include <iostream>
#include <sstream>

#include "engine/core.hpp"
#include "engine/embedded-core.hpp"
#include "system/redaction.hpp"

namespace {

using dvdi::Core;
using dvdi::Json;

struct Call {
  std::string name;
  std::int32_t kind = 0;
  std::string first;
  std::string second;
};

bool readCall(std::istream& in, Call& call) {
  std::string line;
  if (!std::getline(in, line)) return false;
  std::size_t firstLength = 0;
  std::size_t secondLength = 0;
  std::istringstream(line) >> call.name >> call.kind >> firstLength >> secondLength;
  call.first.resize(firstLength);
  call.second.resize(secondLength);
  in.read(call.first.data(), static_cast<std::streamsize>(firstLength));
  in.read(call.second.data(), static_cast<std::streamsize>(secondLength));
  return in.good();
}

std::string redact(const Call& call) {
  const Json document = dvdi::parseJson(call.first);
  const dvdi::Redactor redactor(document);
  Json texts = Json::array();
  for (const Json& text : dvdi::parseJson(call.second)) texts.push_back(redactor.text(text.get<std::string>()));
  return dvdi::toJsonText({{"hasSecrets", redactor.hasSecrets()},
                           {"texts", std::move(texts)},
                           {"document", redactor.document(document)}});
}

std::string answer(Core& core, const Call& call) {
  if (call.name == "configure") return core.configure(call.first);
  if (call.name == "describe") return core.describe();
  if (call.name == "inspect") return core.inspect(call.kind, call.first);
  if (call.name == "admit") return core.admit(call.first, call.second);
  if (call.name == "prepare") return core.prepare(call.first, call.second);
  if (call.name == "cleanup") return core.cleanup(call.first);
  if (call.name == "recover") return core.recover(call.first);
  if (call.name == "importCheckpoint") return core.importCheckpoint(call.first);
  if (call.name == "exportCheckpoint") return core.exportCheckpoint(call.first);
  if (call.name == "redact") return redact(call);
  throw dvdi::Error("internal", "no such call: " + call.name);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Core core(std::make_shared<const dvdi::CoreModule>(dvdi::embeddedCore()));
  for (Call call; readCall(std::cin, call);) {
    std::string bytes;
    try {
      bytes = answer(core, call);
    } catch (const dvdi::Error& error) {
      bytes = dvdi::toJsonText({{"failed", error.code()}, {"message", error.what()}});
    }
    std::cout << bytes.size() << '\n' << bytes << std::flush;
  }
  return 0;
}
