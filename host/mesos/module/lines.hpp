#pragma once

#include <mutex>
#include <utility>

#include "isolator/isolator-event.hpp"
#include "module/module-host.hpp"

namespace dvdi {

/** Lines in the agent's log: one at a time, and none that could break what is being done. Any thread may write. */
class Lines {
 public:
  explicit Lines(ModuleHost::Log log) : log_(std::move(log)) {}

  /** Writes a line from the level `info` on; docs/troubleshooting.md has a section for each name. */
  void tell(EventLevel level, const std::string& name, const Json& fields);

 private:
  ModuleHost::Log log_;
  std::mutex mutex_;
};

}  // namespace dvdi
