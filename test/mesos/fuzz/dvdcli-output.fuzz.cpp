// What an executable printed when it was asked to mount, where a volume is, or which there are.
#include "driver/dvdcli-text.hpp"
#include "fuzz.hpp"

using dvdi::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view output = dvdi::fuzz::textOf(data, size);
  const auto mounted = dvdi::readMountOutput(output);
  if (mounted.fault) {
    require(dvdi::fuzz::isShowable(*mounted.fault), "a fault that can be shown");
  } else {
    require(mounted.value.starts_with('/'), "an absolute mountpoint");
    require(mounted.value.find('\n') == std::string::npos, "a mountpoint on one line");
    require(mounted.value.find('\0') == std::string::npos, "a mountpoint without NUL");
  }
  const auto found = dvdi::readPathOutput(output);
  require(found.fault || !found.value || found.value->starts_with('/'), "an absolute path, or none");
  const auto listed = dvdi::readListOutput(output);
  for (const std::string& name : listed.value) require(!name.empty(), "no name without a letter");
  const auto fault = dvdi::unmountOutputFault(output);
  require(!fault || dvdi::fuzz::isShowable(*fault), "a fault that can be shown");
  require(dvdi::logExcerpt(std::string(output)).size() < 64 * 1024, "an excerpt that is short");
  return 0;
}
