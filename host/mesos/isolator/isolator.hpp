#ifndef DVDI_ISOLATOR_ISOLATOR_HPP
#define DVDI_ISOLATOR_ISOLATOR_HPP

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "isolator/core-port.hpp"
#include "isolator/drivers.hpp"
#include "isolator/preparing.hpp"
#include "isolator/recovering.hpp"
#include "isolator/release.hpp"
#include "ledger/ledger.hpp"

namespace dvdi {

struct IsolatorOptions {
  /** Where the ledger lies, to be shared by all isolators of the machine. */
  std::string stateDirectory;
  /** The agent's `work_dir`: versions 0.3 to 0.4.2 of the original kept their checkpoint under it. Empty for none. */
  std::string workDirectory = {};
  /** Told of every decision, step and driver call, one line of docs/logs.md each; from any thread, one at a time. */
  EventListener listener = nullptr;
  /** Ways to volume drivers that take the place of the real ones. */
  DriverWays ways = {};
  /** Whether `cleanup` tries again, in the background, what is due. */
  bool isRetrying = true;
};

struct PrepareOptions {
  /** Gives up: what was done is undone, and `prepare` fails. */
  std::stop_token stop = {};
  /** The process that the container lives and dies with; without it a runtime says in `recover` what is running. */
  std::optional<ProcessRecord> process = std::nullopt;
};

/** Which volumes that nobody uses are released: those that are due, all, or the ones that are named. */
struct DueVolumes {};
struct AllVolumes {};
using WhichVolumes = std::variant<DueVolumes, AllVolumes, std::vector<VolumeId>>;

enum class Forgotten { forgotten, inUse, notKnown };

/**
 * Prepares and cleans up the volumes of containers on this machine, any number at a time, from any threads, and beside
 * other isolators, of other hosts too, on the same state directory. What is to be done is the core's decision; here it
 * is carried out, by the ledger's rules: intent before act, result after (docs/lifecycle.md). Calls block.
 */
class Isolator {
 public:
  /**
   * @param core with the policy in force; it stays the caller's, who does not use it while the isolator lives
   * @throws LedgerError when the ledger cannot be opened, Error `checkpoint-unreadable`
   */
  Isolator(CorePort& core, IsolatorOptions options);
  Isolator(const Isolator&) = delete;
  Isolator& operator=(const Isolator&) = delete;
  /** Waits for what was begun in the background. */
  ~Isolator();

  /** What a document asks for, and what is wrong with it: an Inspection. Kind 0 detects the kind. */
  [[nodiscard]] Json inspect(const std::string& document, std::int32_t kind = 0);

  /** What `prepare` would do now, a Plan. Nothing is done, and a document that is refused gives one without steps. */
  [[nodiscard]] Json plan(const std::string& container, const std::string& document, std::int32_t kind = 0);

  /**
   * Mounts what a document asks for. Either all of it is there afterwards, or none. Asked again with the same document
   * under the same policy it does nothing and gives the same answer.
   * @throws RefusedError, ContainerConflictError nothing was done
   * @throws PlanFailedError a step failed; what was done is undone, but what the error names
   * @throws LedgerError, StoppedError
   */
  [[nodiscard]] Prepared prepare(const std::string& container, const std::string& document, std::int32_t kind = 0,
                                 const PrepareOptions& options = {});

  /**
   * Releases what a container holds: its volumes are unmounted unless others use them, and directories that were made
   * for it are removed. A container that holds nothing, or was never heard of, is fine.
   * @returns the Plan
   * @throws RefusedError, LedgerError
   * @throws PlanFailedError some step failed; all others were done, and the container holds nothing any more
   */
  Json cleanup(const std::string& container);

  /**
   * Brings ledger and machine together, after a restart or whenever a runtime likes.
   * @throws LedgerError whatever else fails is among the failures
   */
  [[nodiscard]] Recovery recover(const RecoverOptions& options);

  /** Releases volumes that nobody uses. */
  [[nodiscard]] std::vector<Release> releaseVolumes(const WhichVolumes& which);

  /** Drops a volume that nobody uses from the ledger, without asking its driver: what is mounted stays mounted. */
  [[nodiscard]] Forgotten forgetVolume(const VolumeId& volume);

  /**
   * Everything that the ledger knows, and whether the mounts are there: `{volumes, containers, damages}`. No filesystem
   * of a volume is touched.
   */
  [[nodiscard]] Json list();

  /** Old checkpoints that were found when this isolator was made; an empty list when none were. */
  [[nodiscard]] const Json& imported() const noexcept { return imported_; }

  /** Waits for what was begun in the background. */
  void settle();

 private:
  template <typename Act>
  auto tell(const char* operation, const std::optional<std::string>& container, Act act) -> std::invoke_result_t<Act>;
  void retryDue();
  [[nodiscard]] HoldsWorld world();

  CoreCalls core_;
  Events events_;
  Ledger ledger_;
  Drivers drivers_;
  IsolatorParts parts_;
  Releases releases_;
  bool isRetrying_;
  Json imported_;
  std::mutex retryMutex_;
  std::condition_variable retryDone_;
  bool hasRetry_ = false;
  std::thread retry_;
};

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_ISOLATOR_HPP
