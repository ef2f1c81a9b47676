#include "system/process-record.hpp"

#include <unistd.h>

#include <sstream>

#include "system/boot-id.hpp"
#include "system/system-error.hpp"
#include "system/text-file.hpp"

namespace dvdi {

ProcessRecord ownProcess() {
  const auto ticks = startTicksOf(::getpid());
  if (!ticks) throw defect("expected this process to be in /proc");
  return {::getpid(), *ticks, bootId()};
}

bool isAlive(const ProcessRecord& process) {
  return process.boot == bootId() && startTicksOf(process.pid) == process.startTicks;
}

std::optional<std::int64_t> startTicksOf(std::int64_t pid) {
  const auto text = readTextFile("/proc/" + std::to_string(pid) + "/stat");
  // The name, field 2, may hold blanks and parentheses.
  const std::size_t end = text ? text->rfind(')') : std::string::npos;
  if (end == std::string::npos || end + 2 > text->size()) return std::nullopt;
  std::istringstream fields(text->substr(end + 2));
  std::string state;
  fields >> state;
  if (state == "Z" || state == "X") return std::nullopt;
  // proc_pid_stat(5): the state is field 3, the start field 22.
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  std::int64_t ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return ticks;
}

}  // namespace dvdi
