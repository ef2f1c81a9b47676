#include "module/lines.hpp"

#include "module/log-line.hpp"

namespace dvdi {
namespace {

ModuleLogLevel moduleLevel(EventLevel level) {
  if (level == EventLevel::error) return ModuleLogLevel::error;
  return level == EventLevel::warn ? ModuleLogLevel::warning : ModuleLogLevel::info;
}

}  // namespace

void Lines::tell(EventLevel level, const std::string& name, const Json& fields) {
  if (level < EventLevel::info) return;
  const std::scoped_lock lock(mutex_);
  try {
    log_(moduleLevel(level), logLine(name, fields));
  } catch (...) {
    // What the log cannot take is lost; what is being done goes on.
  }
}

}  // namespace dvdi
