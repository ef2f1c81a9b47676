#ifndef DVDI_SYSTEM_KERNEL_FEATURE_HPP
#define DVDI_SYSTEM_KERNEL_FEATURE_HPP

#include <string>
#include <vector>

namespace dvdi {

/** System calls that a kernel, or a filter on it, may lack, and for which there is an older way. */
enum class KernelFeature {
  /** openat2(2), Linux 5.6; else each component of a path is opened with O_NOFOLLOW. */
  openat2,
  /** open_tree, move_mount (5.2) and mount_setattr (5.12); else mount(2) on /proc/self/fd/N. */
  mountTree,
};

/** Whether a call is worth a try; true until it was found missing. */
[[nodiscard]] bool hasFeature(KernelFeature feature);

/** Whether a call failed because this kernel does not have it. EPERM is what seccomp filters of old runtimes say. */
[[nodiscard]] bool isMissingCall(int number);

/** Notes that a call is missing: from now on the older way is taken, and `degradations` says so. */
void noteMissing(KernelFeature feature, int number);

/** What works in an older way than it should, one sentence each, for the log and for `doctor`. */
[[nodiscard]] std::vector<std::string> degradations();

/** Told once of each degradation, from any thread. */
void onDegradation(void (*listener)(const std::string& sentence));

/** For tests of the older ways: whether a call is used; also forgets that it was missing. */
void setFeature(KernelFeature feature, bool isUsed);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_KERNEL_FEATURE_HPP
