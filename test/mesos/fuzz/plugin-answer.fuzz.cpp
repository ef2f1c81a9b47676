// What a volume plugin answers, and the files by which it makes itself known.
#include "driver/plugin-client.hpp"
#include "driver/plugin-endpoint.hpp"
#include "driver/plugin-json.hpp"
#include "fuzz.hpp"

using dvdi::fuzz::require;

namespace {

void readAsAnswer(std::string_view text) {
  try {
    const dvdi::Json answer = dvdi::readAnswer({.status = text.size() % 2 == 0 ? 200 : 500, .body = std::string(text)});
    require(answer.is_object(), "an object");
    for (const char* name : {"Mountpoint", "Implements", "Volumes"}) {
      require(dvdi::fuzz::isShowable(dvdi::shownValue(dvdi::member(answer, name))), "a value that can be shown");
    }
  } catch (const dvdi::PluginFailure& failure) {
    require(dvdi::fuzz::isShowable(failure.what()), "a refusal that can be shown");
  }
}

void readAsAddress(std::string_view text) {
  try {
    const dvdi::PluginEndpoint endpoint = dvdi::parseEndpoint(std::string(text), std::nullopt, "file");
    require(endpoint.socketPath.empty() != endpoint.host.empty(), "a socket or a host");
    require(endpoint.port >= 0 && endpoint.port <= 65'535, "a port");
    require(dvdi::fuzz::isShowable(dvdi::describeEndpoint(endpoint)), "an endpoint that can be shown");
  } catch (const dvdi::PluginFailure& failure) {
    require(dvdi::fuzz::isShowable(failure.what()), "a failure that can be shown");
  }
}

void readAsName(std::string_view text) {
  try {
    const std::string name = dvdi::pluginFileName(std::string(text));
    require(name.find('/') == std::string::npos && name != "." && name != ".." && !name.empty(), "one component");
  } catch (const dvdi::PluginFailure&) {
    // No file can have that name.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dvdi::fuzz::textOf(data, size);
  readAsAnswer(text);
  readAsAddress(text);
  readAsName(text);
  return 0;
}
