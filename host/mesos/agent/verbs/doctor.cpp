#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "agent/input.hpp"
#include "agent/lifecycle.hpp"
#include "agent/rights.hpp"
#include "driver/curl-library.hpp"
#include "driver/plugin-client.hpp"
#include "engine/core-module.hpp"
#include "ledger/schema.hpp"
#include "system/directory-walk.hpp"
#include "system/kernel-feature.hpp"
#include "system/mount-table.hpp"
#include "system/process.hpp"
#include "system/system-error.hpp"

namespace dvdi {
namespace {

/** A driver that is well answers Activate at once. */
constexpr std::chrono::seconds answerTimeout{3};
/** More plugins than this on one machine are not looked at one by one. */
constexpr std::size_t pluginsMax = 50;
constexpr std::chrono::seconds probeTimeout{5};

/** One thing that was looked at, as `dvdi doctor --json` has it. */
Json checked(const std::string& id, const std::string& title, const std::string& found, const char* level = "ok",
             const Json& remedy = nullptr) {
  return {{"id", id}, {"title", title}, {"found", found}, {"level", level}, {"remedy", remedy}};
}

/** Checks that come one after the other; what one of them throws is what it found. */
class Checks {
 public:
  void add(Json check) { all_.push_back(std::move(check)); }

  template <typename Look>
  void add(const std::string& id, const std::string& title, const char* level, const std::string& remedy, Look look) {
    try {
      add(checked(id, title, look()));
    } catch (...) {
      add(checked(id, title, caughtError().what(), level, remedy));
    }
  }

  [[nodiscard]] Outcome outcome() const {
    const bool isLacking =
        std::any_of(all_.begin(), all_.end(), [](const Json& check) { return check.at("level") == "missing"; });
    return {{{"checks", all_}}, isLacking ? ExitCode::machine : ExitCode::ok};
  }

 private:
  Json all_ = Json::array();
};

void checkCore(Checks& checks) {
  checks.add(checked("engine", "wasmtime", std::string(engineVersion())));
  checks.add("core", "core", "missing", "install again, or run `make native`", [] {
    const Json core = parseJson(startCore().describe());
    return core.at("name").get<std::string>() + " " + core.at("version").get<std::string>() + ", ABI " +
           core.at("abi").get<std::string>();
  });
}

/** The first finding of a severity, with its place, and how many more there are. */
Json policyCheck(const std::string& file, const PolicySession& session) {
  const std::string title = "policy " + file;
  const std::string severity = session.refused ? "error" : "warning";
  Json own = Json::array();
  for (const Json& finding : session.findings) {
    if (finding.at("severity") == severity) own.push_back(finding);
  }
  if (own.empty()) return checked("policy", title, "can be used");
  const Json& first = own.front();
  std::string found = session.refused ? "is refused: " : "can be used, but: ";
  if (first.at("line").is_number()) found += first.at("line").dump() + ":" + first.at("column").dump() + ": ";
  found += first.at("message").get<std::string>();
  if (own.size() > 1) found += " (and " + std::to_string(own.size() - 1) + " more)";
  const std::string code = first.at("code").get<std::string>();
  return checked("policy", title, found, session.refused ? "missing" : "note",
                 first.at("hint").get<std::string>() + " dvdi explain " + code);
}

/** The executables that the policy in force allows; none under one that is refused, since nothing is decided then. */
std::vector<std::string> dvdcliPathsOf(PolicySession& session) {
  if (session.refused) return {};
  const std::string& policy = session.core.policy();
  const Json document = policy.empty() ? Json::object() : parseJson(policy);
  if (document.contains("dvdcliPaths")) return document.at("dvdcliPaths").get<std::vector<std::string>>();
  const Json description = parseJson(session.core.describe());
  for (const Json& field : description.at("policy")) {
    const Json& byDefault = field.at("default");
    if (field.at("field") == "dvdcliPaths" && byDefault != "") return {byDefault.get<std::string>()};
  }
  return {};
}

void checkRights(Checks& checks) {
  std::string lacking;
  for (const NeededCapability& capability : lackingCapabilities()) {
    lacking.append(lacking.empty() ? "" : ", ").append(capability.name).append(" (").append(capability.use).append(")");
  }
  checks.add(lacking.empty() ? checked("rights", "rights", whoAmI() + ", all capabilities that are needed")
                             : checked("rights", "rights", whoAmI() + ", without " + lacking, "missing",
                                       "run as root: sudo dvdi-agent …"));
}

/** Whether mounts that a driver makes in another namespace can reach this one. */
Json propagationCheck() {
  const std::string id = "mount-propagation";
  const std::string title = "mount propagation of /";
  const MountTable table = readMountTable();
  const MountEntry* root = table.covering("/");
  const bool isShared = root != nullptr && root->shared.has_value();
  const bool isSlave = root != nullptr && root->master.has_value();
  if (isShared && isSlave) return checked(id, title, "shared and slave");
  if (isShared || isSlave) return checked(id, title, isShared ? "shared" : "slave");
  return checked(id, title, "private", "note",
                 "a driver that mounts in a namespace of its own (a Docker plugin) is not seen here; "
                 "mount --make-rshared /");
}

void checkKernel(Checks& checks) {
  checks.add("mount-namespace", "mount namespaces", "missing",
             "needs root, util-linux and a kernel or container that allows unshare(CLONE_NEWNS)", [] {
               RunOptions options;
               options.timeout = probeTimeout;
               static_cast<void>(run("/usr/bin/unshare", {"--mount", "--propagation", "slave", "/bin/true"}, options));
               return "a new one with slave propagation was made and left";
             });
  checks.add(propagationCheck());
  // Tried once, so that what is missing is noted.
  checks.add("kernel", "openat2, open_tree, move_mount and mount_setattr", "note",
             "what is missing is done in an older way; Linux 5.12 has them all", [] {
               static_cast<void>(walk({.within = FromRoot{}, .path = "/tmp"}));
               const std::vector<std::string> older = degradations();
               if (!older.empty()) throw Error("kernel", older.front());
               return "no older way had to be taken";
             });
  checks.add("libcurl", "libcurl", "note",
             "drivers are then spoken to through dvdcli only: apt-get install libcurl4", [] {
               static_cast<void>(CurlLibrary::get());
               return "can be loaded";
             });
}

/** A dvdcli is executed as root: whoever may write it is root. */
Json dvdcliCheck(const std::string& path) {
  const std::string title = "dvdcli " + path;
  struct stat found {};
  if (::access(path.c_str(), X_OK) != 0 || ::stat(path.c_str(), &found) != 0) {
    return checked(title, title, errnoName(errno), "note",
                   "needed only where policy chooses dvdcli; plugins are spoken to directly");
  }
  if (found.st_uid == 0 && (found.st_mode & 0022U) == 0) return checked(title, title, "can be executed, owned by root");
  return checked(title, title, "owner " + std::to_string(found.st_uid) + ": others can change what root executes",
                 "missing", "chown root " + path + " && chmod go-w " + path);
}

/** Names of the drivers that have a file in a directory: `NAME.sock`, `NAME/NAME.sock`, and so with other endings. */
void addNames(std::set<std::string>& names, const std::string& directory, const std::vector<std::string>& endings) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    for (const std::string& ending : endings) {
      if (name.ends_with(ending)) {
        names.insert(name.substr(0, name.size() - ending.size()));
      } else if (std::filesystem::exists(entry.path() / (name + ending), ignored)) {
        names.insert(name);
      }
    }
  }
}

Json pluginCheck(const std::string& name, const PluginDirectories& directories) {
  const std::string id = "plugin " + name;
  const std::string title = "volume driver " + name;
  try {
    OperationLimits limits;
    limits.deadline = std::chrono::steady_clock::now() + answerTimeout;
    limits.mayWait = false;
    const PluginClient client(name, directories, limits);
    return checked(id, title, "answers");
  } catch (...) {
    return checked(id, title, caughtError().what(), "note",
                   "start the driver again, or remove its socket or spec file if it is gone for good");
  }
}

void checkPlugins(Checks& checks, const PluginDirectories& directories) {
  std::set<std::string> names;
  for (const std::string& directory : directories.sockets) addNames(names, directory, {".sock"});
  for (const std::string& directory : directories.specifications) addNames(names, directory, {".spec", ".json"});
  bool hasOne = false;
  std::size_t count = 0;
  for (const std::string& name : names) {
    if (++count > pluginsMax) break;
    const Json check = pluginCheck(name, directories);
    hasOne = hasOne || check.at("level") == "ok";
    checks.add(check);
  }
  if (hasOne) return;
  std::set<std::string> places(directories.sockets.begin(), directories.sockets.end());
  places.insert(directories.specifications.begin(), directories.specifications.end());
  std::string list;
  for (const std::string& place : places) list.append(list.empty() ? "" : ", ").append(place);
  checks.add(checked("plugins", "volume drivers", "none that answers in " + list, "missing",
                     "start a volume driver; to try things out: dvdi driver serve --name NAME"));
}

Json releasesCheck(const Json& volumes) {
  std::string found;
  for (const Json& volume : volumes) {
    if (volume.at("attempts") == 0 || !volume.at("containers").empty()) continue;
    found.append(found.empty() ? "" : "; ")
        .append(volume.at("driver").get<std::string>() + "/" + volume.at("name").get<std::string>())
        .append(" (" + volume.at("attempts").dump() + " tries: ")
        .append(volume.at("error").is_string() ? volume.at("error").get<std::string>() : "no reason")
        .append(")");
  }
  if (found.empty()) return checked("failed-releases", "failed releases", "none");
  return checked("failed-releases", "failed releases", found, "note",
                 "mend what keeps the driver from it, then: dvdi-agent release --all; for a driver that is gone: "
                 "dvdi-agent release --forget");
}

void checkState(Checks& checks, const CommandLine& line) {
  const std::string directory = stateDirectoryOf(line);
  const std::string title = "ledger in " + directory;
  if (!hasLedger(directory)) {
    checks.add(checked("ledger", title, "none yet: nothing was prepared with this state directory"));
    return;
  }
  try {
    LifecycleSession session(startCore(), line);
    const Json listing = session.isolator().list();
    checks.add(checked("ledger", title,
                       "version " + std::to_string(schemaVersion) + ", " +
                           std::to_string(listing.at("containers").size()) + " containers, " +
                           std::to_string(listing.at("volumes").size()) + " volumes"));
    const std::size_t damages = listing.at("damages").size();
    if (damages > 0) {
      checks.add(checked("ledger-damage", "damaged ledger", std::to_string(damages) + " repairs are noted", "note",
                         "`dvdi doctor` says of each what is to be done"));
    }
    checks.add(releasesCheck(listing.at("volumes")));
  } catch (const Error& error) {
    checks.add(checked("ledger", title, error.what(), "missing",
                       error.details().advice.value_or("dvdi explain says more about the code")));
  }
}

Outcome execute(const CommandLine& line) {
  Checks checks;
  checkCore(checks);
  PolicySession policy = openPolicy(line);
  if (const auto file = line.option("--policy")) checks.add(policyCheck(*file == "-" ? "<stdin>" : *file, policy));
  checkRights(checks);
  checkKernel(checks);
  for (const std::string& path : dvdcliPathsOf(policy)) checks.add(dvdcliCheck(path));
  checkPlugins(checks, pluginDirectoriesOf(line));
  checkState(checks, line);
  return checks.outcome();
}

}  // namespace

const Verb doctorVerb{.rule = {.verb = "doctor",
                               .operands = {},
                               .options = {stateOption, pluginOption,
                                           {"--policy", "<file>", "policy to look at, and what it needs"}, jsonOption}},
                      .title = "say what this machine lacks and how to mend it",
                      .execute = execute};

}  // namespace dvdi
