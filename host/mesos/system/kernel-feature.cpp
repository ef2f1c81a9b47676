#include "system/kernel-feature.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "system/system-error.hpp"

namespace dvdi {

namespace {

struct State {
  std::atomic<bool> isUsed{true};
  const char* name;
  const char* instead;
};

std::array<State, 2>& states() {
  static std::array<State, 2> all{{
      {true, "openat2", "each component of a path is opened by itself, with O_NOFOLLOW"},
      {true, "open_tree, mount_setattr or move_mount", "mount(2) is used on /proc/self/fd"},
  }};
  return all;
}

State& stateOf(KernelFeature feature) { return states()[static_cast<std::size_t>(feature)]; }

std::mutex mutex;
std::vector<std::string> sentences;
void (*told)(const std::string&) = nullptr;

}  // namespace

bool hasFeature(KernelFeature feature) { return stateOf(feature).isUsed.load(); }

bool isMissingCall(int number) { return number == ENOSYS || number == EPERM; }

void noteMissing(KernelFeature feature, int number) {
  State& state = stateOf(feature);
  if (!state.isUsed.exchange(false)) return;
  const std::string sentence = std::string("expected the system call ") + state.name + " to work, got " +
                               errnoName(number) + "; " + state.instead;
  const std::scoped_lock lock(mutex);
  sentences.push_back(sentence);
  if (told != nullptr) told(sentence);
}

std::vector<std::string> degradations() {
  const std::scoped_lock lock(mutex);
  return sentences;
}

void onDegradation(void (*listener)(const std::string&)) {
  const std::scoped_lock lock(mutex);
  told = listener;
}

void setFeature(KernelFeature feature, bool isUsed) { stateOf(feature).isUsed.store(isUsed); }

}  // namespace dvdi
