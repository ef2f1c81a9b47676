#ifndef DVDI_DRIVER_DVDCLI_DRIVER_HPP
#define DVDI_DRIVER_DVDCLI_DRIVER_HPP

#include <functional>
#include <string>

#include "driver/dvdcli-text.hpp"
#include "driver/volume-driver.hpp"
#include "system/process.hpp"

namespace dvdi {

struct DvdcliOptions {
  /** The whole environment of the executable. */
  Environment environment = cleanEnvironment();
  /**
   * A variable that marks a call, in addition to the environment: when its caller is killed, whoever takes over finds
   * and ends what works on the volume.
   */
  std::function<std::pair<std::string, std::string>(const VolumeId&)> markOf = nullptr;
  std::chrono::milliseconds grace = processGrace;
};

/**
 * Mounts, unmounts and finds volumes through an executable with dvdcli's command line, as the original isolator did.
 * Whatever fails after the executable has started leaves the outcome uncertain. Option values are its arguments, as
 * dvdcli has it, and so visible to everybody who may list the machine's processes.
 */
class DvdcliDriver final : public VolumeDriver {
 public:
  /** @param executable absolute path */
  explicit DvdcliDriver(std::string executable, DvdcliOptions options = {});

  std::string mount(const MountCall& call) override;
  void unmount(const VolumeCall& call) override;
  std::optional<std::string> mountpointOf(const VolumeCall& call) override;

 private:
  struct Use;

  [[nodiscard]] RunResult execute(const std::vector<std::string>& arguments, const Use& use,
                                  std::chrono::milliseconds timeout, std::size_t outputMaxBytes) const;
  [[nodiscard]] OptionSyntax syntaxFor(const MountCall& call) const;
  [[nodiscard]] bool isUnlisted(const VolumeCall& call, std::chrono::milliseconds timeout) const;
  [[noreturn]] void failByRun(const ProcessError& error, const Use& use) const;
  [[noreturn]] void failByAnswer(const std::string& fault, const std::string& log, const Use& use) const;

  std::string executable_;
  DvdcliOptions options_;
};

}  // namespace dvdi

#endif  // DVDI_DRIVER_DVDCLI_DRIVER_HPP
