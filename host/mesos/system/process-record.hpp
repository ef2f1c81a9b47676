#ifndef DVDI_SYSTEM_PROCESS_RECORD_HPP
#define DVDI_SYSTEM_PROCESS_RECORD_HPP

#include <cstdint>
#include <optional>
#include <string>

namespace dvdi {

/** A process, safe against its number being used again. */
struct ProcessRecord {
  std::int64_t pid = 0;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  std::int64_t startTicks = 0;
  std::string boot;
};

/** This process, as the ledger notes it. */
[[nodiscard]] ProcessRecord ownProcess();

/** Whether a process that was noted is still there: the very same, not one that was given its number later. */
[[nodiscard]] bool isAlive(const ProcessRecord& process);

/** When a process was started, in clock ticks since boot; nothing when it has ended. */
[[nodiscard]] std::optional<std::int64_t> startTicksOf(std::int64_t pid);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_PROCESS_RECORD_HPP
