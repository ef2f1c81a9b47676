#ifndef DVDI_SYSTEM_MARKED_PROCESSES_HPP
#define DVDI_SYSTEM_MARKED_PROCESSES_HPP

#include <chrono>
#include <string>
#include <vector>

namespace dvdi {

/**
 * Kills every process on the machine that was started with a variable in its environment, and waits for their end. What
 * they start meanwhile carries the variable, too, and is killed with the next look.
 * @param mark for example `DVDI_HOLDER=…`, in full
 * @returns the ids of those that are left when the time is over: held by the kernel, for example in a call to a
 * filesystem that does not answer
 */
[[nodiscard]] std::vector<int> endMarkedProcesses(const std::string& mark, std::chrono::milliseconds timeout);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MARKED_PROCESSES_HPP
