#pragma once

// What the module asks of this project's host library. Read by the one file that is compiled with Mesos' headers, by
// the compiler's language of that Mesos: nothing newer than C++11 here.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dvdi {

/** Parameters of the module as modules.json gives them, in their order: key and value. */
typedef std::vector<std::pair<std::string, std::string>> ModuleParameters;

/** One mount of a container, with paths of the machine. */
struct ModuleBind {
  std::string source;
  std::string target;
  bool recursive;
  bool readOnly;
};

/** What a container needs before its task starts. */
struct ModuleLaunch {
  /** False: the container needs nothing, and the rest is empty. */
  bool newMountNamespace;
  /** In the order in which they are made. */
  std::vector<ModuleBind> binds;
  /** The same as argument lists, for a launcher that runs commands only. */
  std::vector<std::vector<std::string>> commands;
};

enum class ModuleLogLevel { info, warning, error };

/**
 * An isolator whose operations never block their caller. Each ends by one call of `done`, from a thread of the host,
 * with an error text, empty when all is well. Operations on one container wait for each other.
 */
class ModuleHost {
 public:
  using Log = std::function<void(ModuleLogLevel, const std::string& line)>;
  using Done = std::function<void(const std::string& error)>;
  using Prepared = std::function<void(const std::string& error, const ModuleLaunch& launch)>;

  /**
   * Opens the ledger and takes the policy.
   * @param log is called from any thread, one at a time
   * @return none when it cannot, and then `error` says why
   */
  static std::unique_ptr<ModuleHost> create(const ModuleParameters& parameters, Log log, std::string* error);

  /** Begins nothing more, gives up what can be given up, and returns when every `done` was called. */
  virtual ~ModuleHost() {}

  /**
   * @param container ids of nested containers joined by dots, the root's first
   * @param config a Mesos ContainerConfig in its JSON form
   */
  virtual void prepare(const std::string& container, const std::string& config, Prepared done) = 0;
  virtual void cleanup(const std::string& container, Done done) = 0;
  /** Containers that the agent knows and will clean up by itself are orphans: what they use is left alone. */
  virtual void recover(
      const std::vector<std::string>& running, const std::vector<std::string>& orphans, Done done) = 0;
};

}  // namespace dvdi
