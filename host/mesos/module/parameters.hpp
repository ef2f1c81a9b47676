#pragma once

#include <optional>
#include <string>

#include "module/module-host.hpp"

namespace dvdi {

/** Where the original kept its checkpoint from 0.4.3 on: an agent that comes from it finds its volumes again. */
inline constexpr const char* defaultStateDirectory = "/var/run/mesos/isolators/mesos-module-dvdi";

/** What the parameters of the module say. */
struct ModuleSettings {
  std::string stateDirectory = defaultStateDirectory;
  /** The agent's work_dir: a new ledger takes over the checkpoint of the original under it. */
  std::optional<std::string> workDirectory;
  /** File with the policy; the built-in defaults without one. */
  std::optional<std::string> policyFile;
  /** A dvdcli to speak to drivers through, in place of a policy's `transport` and `dvdcliPaths`. */
  std::optional<std::string> dvdcli;
  /** `isolator_command` of the original's early guides was given: of no use, and no harm. */
  bool hasIsolatorCommand = false;
};

/**
 * Reads what modules.json gives.
 * @throws Error `module-parameter` for a name that does not exist or comes twice, and a value that is no absolute path
 */
[[nodiscard]] ModuleSettings readParameters(const ModuleParameters& parameters);

/**
 * Reads the file of the policy. It decides what root mounts and executes: whoever can write to it is root.
 * @throws Error `module-policy` when it cannot be read, or somebody else than root or the agent's user can change it
 */
[[nodiscard]] std::string readPolicyFile(const std::string& path);

/**
 * A policy by which drivers are spoken to through one dvdcli.
 * @param policy one that the core has taken; none for the defaults
 * @throws Error `module-parameter` when it has a word of its own in this
 */
[[nodiscard]] std::string policyWithDvdcli(const std::optional<std::string>& policy, const std::string& dvdcli);

}  // namespace dvdi
