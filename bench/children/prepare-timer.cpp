// dvdi-prepare-timer LIVE: a ledger on tmpfs with so many live containers, and one more that is prepared again and
// again on a volume that is mounted already. Prints the nanoseconds of each prepare, and the process's memory in KiB at
// last.

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engine/embedded-core.hpp"
#include "isolator/engine-core.hpp"
#include "isolator/isolator.hpp"

namespace {

using namespace dvdi;

constexpr int rounds = 1'000;
/** Containers that are written in one transaction. */
constexpr int part = 1'000;

/** A driver in the same process, which answers at once: what is measured is the host. */
class Driver final : public VolumeDriver {
 public:
  explicit Driver(std::string mountpoint) : mountpoint_(std::move(mountpoint)) {}
  std::string mount(const MountCall&) override { return mountpoint_; }
  void unmount(const VolumeCall&) override {}
  std::optional<std::string> mountpointOf(const VolumeCall&) override { return mountpoint_; }

 private:
  std::string mountpoint_;
};

std::string makeDirectory(std::string pattern) {
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return pattern;
}

void addContainers(const std::string& state, int live, const std::string& mountpoint) {
  Ledger ledger(state);
  for (int from = 0; from < live; from += part) {
    ledger.change([&](LedgerWriter& rows) {
      for (int at = from; at < std::min(from + part, live); ++at) {
        const std::string container = "c" + std::to_string(at);
        const VolumeId volume{"bench", "volume0"};
        rows.intend({container, std::nullopt, std::nullopt},
                    {{container, volume, {}, "/tmp/path" + std::to_string(at), "rw", {}, 0}});
        rows.noteVolume(volume, {VolumeState::mounted, mountpoint, std::nullopt});
        rows.finish(container, "{}");
      }
    });
  }
}

/** What the process takes now, and not what it took at most: filling the ledger is no part of it. */
long residentKib() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view field = "VmRSS:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stol(line.substr(field.size()));
  }
  return 0;
}

void measure(int live, const std::string& state, const std::string& root) {
  const std::string mountpoint = root + "/mountpoint";
  std::filesystem::create_directory(mountpoint);
  std::filesystem::create_directory(root + "/path");
  Core core(std::make_shared<const CoreModule>(embeddedCore()));
  core.configure(R"({"sharing":"allow"})");
  EngineCore engine(std::move(core));
  addContainers(state, live, mountpoint);
  IsolatorOptions options;
  options.stateDirectory = state;
  options.ways.plugin = std::make_shared<Driver>(mountpoint);
  options.isRetrying = false;
  Isolator isolator(engine, std::move(options));
  const std::string document = toJsonText({{"DVDI_VOLUME_NAME", "volume0"},
                                           {"DVDI_VOLUME_DRIVER", "bench"},
                                           {"DVDI_VOLUME_CONTAINERPATH", root + "/path"}});
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const Prepared prepared = isolator.prepare("bench", document);
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
    if (prepared.answer.at("volumes").size() != 1) throw std::runtime_error("expected one volume");
    isolator.cleanup("bench");
    std::cout << took.count() << ' ';
  }
  std::cout << residentKib() << '\n';
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "dvdi-prepare-timer: expected LIVE\n";
    return 2;
  }
  // The path of a container may not lie under /dev.
  const std::string state = makeDirectory("/dev/shm/dvdi-bench-XXXXXX");
  const std::string root = makeDirectory("/tmp/dvdi-bench-XXXXXX");
  int code = 0;
  try {
    measure(std::atoi(words[1]), state, root);
  } catch (const std::exception& error) {
    std::cerr << "dvdi-prepare-timer: " << error.what() << '\n';
    code = 1;
  }
  std::filesystem::remove_all(state);
  std::filesystem::remove_all(root);
  return code;
}
