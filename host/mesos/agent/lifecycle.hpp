#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/session.hpp"
#include "agent/verb.hpp"
#include "driver/plugin-endpoint.hpp"
#include "isolator/engine-core.hpp"
#include "isolator/isolator-error.hpp"
#include "isolator/isolator.hpp"

namespace dvdi {

/** `--state-dir`, which the variable DVDI_STATE_DIR sets for all verbs. */
inline constexpr OptionRule stateOption{"--state-dir", "<directory>", "where the ledger is"};
inline constexpr OptionRule policyOption{"--policy", "<file>", "policy in force; without it the built-in defaults"};
inline constexpr OptionRule kindOption{"--kind", "<kind>", "kind of the document; without it the kind is detected"};
inline constexpr OptionRule pluginOption{"--plugin-dir", "<directory>",
                                         "look here for plugin sockets and spec files; repeatable"};

/** Options of the verbs that prepare and release. */
[[nodiscard]] std::vector<OptionRule> lifecycleOptions(std::vector<OptionRule> own = {});

/** The state directory that the command line, or the environment, names. @throws Error `cli-usage` */
[[nodiscard]] std::string stateDirectoryOf(const CommandLine& line);

/** Whether a state directory has a ledger; looking must not make one. */
[[nodiscard]] bool hasLedger(const std::string& stateDirectory);

/** Docker's own directories, or only those that the command line names. */
[[nodiscard]] PluginDirectories pluginDirectoriesOf(const CommandLine& line);

/** An isolator on the state directory of a command line, with the core that it asks. */
class LifecycleSession {
 public:
  /** @throws LedgerError, Error `checkpoint-unreadable`, `cli-usage` */
  LifecycleSession(Core core, const CommandLine& line);

  [[nodiscard]] Isolator& isolator() { return isolator_; }

 private:
  EngineCore core_;
  Isolator isolator_;
};

/** What a refusal prints: the error beside all findings. @param what for example `the policy` */
[[nodiscard]] Outcome refusal(const std::string& what, const Json& findings);

/**
 * Opens the policy of a verb without a document, acts under it, and says what failed. What is left mounted has an exit
 * code of its own.
 */
[[nodiscard]] Outcome withIsolator(const CommandLine& line, const std::function<Outcome(LifecycleSession&)>& act);

/** What a failure of a plan prints. */
[[nodiscard]] Outcome failure(const PlanFailedError& error, const Redactor& redactor = {});

}  // namespace dvdi
