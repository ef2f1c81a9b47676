#include "isolator/isolator-event.hpp"

#include <algorithm>
#include <cmath>

#include "system/redaction.hpp"

namespace dvdi {

const char* textOf(EventLevel level) {
  switch (level) {
    case EventLevel::trace:
      return "trace";
    case EventLevel::debug:
      return "debug";
    case EventLevel::info:
      return "info";
    case EventLevel::warn:
      return "warn";
    case EventLevel::error:
      break;
  }
  return "error";
}

void Events::tell(EventLevel level, const std::string& name, Json fields, const Json& secrets) {
  if (!listener_) return;
  const Redactor redactor(secrets);
  const Event event{level, name, redactor.hasSecrets() ? redactor.document(fields) : std::move(fields)};
  const std::scoped_lock lock(mutex_);
  try {
    listener_(event);
  } catch (...) {
    // What the listener cannot say is lost; what is being done goes on.
  }
}

double elapsedMs(std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double, std::micro> elapsed = std::chrono::steady_clock::now() - start;
  return std::round(elapsed.count()) / 1000;
}

Json volumeFields(const VolumeId& volume) { return {{"driver", volume.driver}, {"volume", volume.name}}; }

Json codesIn(const Json& findings) {
  Json codes = Json::array();
  for (const Json& finding : findings) {
    if (std::find(codes.begin(), codes.end(), finding.at("code")) == codes.end()) codes.push_back(finding.at("code"));
  }
  return codes;
}

}  // namespace dvdi
