#include "isolator/dead-work.hpp"

#include "isolator/drivers.hpp"
#include "system/marked-processes.hpp"

namespace dvdi {

namespace {

/** SIGKILL takes effect at once, unless the kernel holds a process. */
constexpr std::chrono::milliseconds endTimeout{10'000};

void endWorkOn(const VolumeId& volume, const std::string& holder) {
  const auto [variable, value] = markOfWork(holder, volume);
  const std::vector<int> left = endMarkedProcesses(variable + "=" + value, endTimeout);
  if (left.empty()) return;
  std::string pids;
  for (const int pid : left) pids += (pids.empty() ? "" : ", ") + std::to_string(pid);
  throw LedgerError("ledger-busy",
                    "expected what a dead isolator left running to end, got " + std::to_string(left.size()) +
                        " processes that do not: " + pids,
                    "they wait for a filesystem or a device that does not answer: see /proc/PID/stack, and bring it "
                    "back");
}

}  // namespace

void endWork(Ledger& ledger, const DeadHold& dead) {
  const auto held = volumeOfKey(dead.name);
  if (!held) return;
  const auto volumes = ledger.read([&](LedgerReader& rows) { return rows.volumesLike({*held}, ""); });
  for (const LedgerVolume& volume : volumes) {
    // An intent is noted before each call of the driver.
    if (volume.state != VolumeState::mounted) endWorkOn(volume.id, dead.holder);
  }
}

}  // namespace dvdi
