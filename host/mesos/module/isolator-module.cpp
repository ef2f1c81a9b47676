// The isolator as a Mesos agent loads it. All of Mesos is in this file and in mesos-version.hpp: it translates between
// Mesos' messages and the host library, and decides nothing.

#include <list>
#include <memory>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/mount.h>

#include <glog/logging.h>

#include <mesos/mesos.hpp>
#include <mesos/module.hpp>
#include <mesos/module/isolator.hpp>
#include <mesos/slave/isolator.hpp>

#include <process/future.hpp>
#include <process/owned.hpp>

#include <stout/hashset.hpp>
#include <stout/json.hpp>
#include <stout/none.hpp>
#include <stout/nothing.hpp>
#include <stout/option.hpp>
#include <stout/protobuf.hpp>
#include <stout/stringify.hpp>

#include "module/mesos-version.hpp"
#include "module/module-host.hpp"

namespace {

using mesos::ContainerID;
using mesos::slave::ContainerState;
using process::Failure;
using process::Future;
using process::Promise;

#if DVDI_HAS_CONTAINER_CONFIG
typedef mesos::slave::ContainerLaunchInfo LaunchInfo;
#else
typedef mesos::slave::ContainerPrepareInfo LaunchInfo;
#endif

#if DVDI_HAS_STATE_VECTOR
typedef std::vector<ContainerState> ContainerStates;
#else
typedef std::list<ContainerState> ContainerStates;
#endif

/** As Mesos prints ids and the core names containers: the root's first, joined by dots. */
std::string textOf(const ContainerID& id)
{
#if DVDI_HAS_NESTING
  if (id.has_parent()) return textOf(id.parent()) + "." + id.value();
#endif
  return id.value();
}

template <typename Message>
JSON::Object jsonOf(const Message& message)
{
#if DVDI_HAS_JSON_FUNCTION
  return JSON::protobuf(message);
#else
  return JSON::Protobuf(message);
#endif
}

/** Only what the core reads: a task's data, its resources and its image may be larger than a document may be. */
mesos::CommandInfo environmentOf(const mesos::CommandInfo& command)
{
  mesos::CommandInfo part;
  if (command.has_environment()) part.mutable_environment()->CopyFrom(command.environment());
  return part;
}

JSON::Object partOf(const mesos::ExecutorInfo& executor)
{
  JSON::Object part;
  part.values["command"] = jsonOf(environmentOf(executor.command()));
  if (executor.has_container()) part.values["container"] = jsonOf(executor.container());
  return part;
}

/** A document of the kind mesos-container, beside the id of its container. */
std::string documentOf(const ContainerID& id, const JSON::Object& config)
{
  JSON::Object document;
  document.values["container_id"] = jsonOf(id);
  document.values["container_config"] = config;
  return stringify(document);
}

#if DVDI_HAS_CONTAINER_CONFIG
JSON::Object partOf(const mesos::slave::ContainerConfig& config)
{
  JSON::Object part;
  part.values["directory"] = config.directory();
  if (config.has_rootfs()) part.values["rootfs"] = config.rootfs();
#if DVDI_HAS_SNAKE_CASE_CONFIG
  if (config.has_executor_info()) part.values["executor_info"] = partOf(config.executor_info());
#else
  part.values["executor_info"] = partOf(config.executorinfo());
#endif
#if DVDI_HAS_NESTING
  part.values["command_info"] = jsonOf(environmentOf(config.command_info()));
  if (config.has_container_info()) part.values["container_info"] = jsonOf(config.container_info());
#endif
#if DVDI_HAS_CONTAINER_CLASS
  if (config.has_container_class()) {
    part.values["container_class"] = mesos::slave::ContainerClass_Name(config.container_class());
  }
#endif
  return part;
}
#endif

void addNamespace(LaunchInfo* info)
{
#if DVDI_HAS_CLONE_NAMESPACES
  info->add_clone_namespaces(CLONE_NEWNS);
#else
  info->set_namespaces(CLONE_NEWNS);
#endif
}

#if !DVDI_HAS_ARGUMENT_LISTS
/** One word of a POSIX shell, whatever is in it: this Mesos runs lines only. */
std::string quoted(const std::string& word)
{
  std::string text = "'";
  for (std::string::const_iterator at = word.begin(); at != word.end(); ++at) {
    if (*at == '\'') text += "'\\''";
    else text += *at;
  }
  return text + "'";
}
#endif

void addCommand(LaunchInfo* info, const std::vector<std::string>& arguments)
{
#if DVDI_HAS_PRE_EXEC_COMMANDS
  mesos::CommandInfo* command = info->add_pre_exec_commands();
#else
  mesos::CommandInfo* command = info->add_commands();
#endif
#if DVDI_HAS_ARGUMENT_LISTS
  command->set_shell(false);
  command->set_value(arguments.front());
  for (const std::string& argument : arguments) command->add_arguments(argument);
#else
  std::string line = "exec";
  for (const std::string& argument : arguments) line += " " + quoted(argument);
  command->set_shell(true);
  command->set_value(line);
#endif
}

#if DVDI_HAS_MOUNTS
/** Whether the launcher of this Mesos makes all of the binds as they are meant. */
bool isMountable(const std::vector<dvdi::ModuleBind>& binds)
{
#if !DVDI_HAS_READ_ONLY_MOUNTS
  for (const dvdi::ModuleBind& bind : binds) {
    if (bind.readOnly) return false;
  }
#endif
  return true;
}

void addMount(LaunchInfo* info, const dvdi::ModuleBind& bind)
{
  mesos::slave::ContainerMountInfo* mount = info->add_mounts();
  mount->set_source(bind.source);
  mount->set_target(bind.target);
  mount->set_flags(MS_BIND | (bind.recursive ? MS_REC : 0) | (bind.readOnly ? MS_RDONLY : 0));
}
#endif

Option<LaunchInfo> launchInfoOf(const dvdi::ModuleLaunch& launch)
{
  if (!launch.newMountNamespace) return None();
  LaunchInfo info;
  addNamespace(&info);
#if DVDI_HAS_MOUNTS
  if (isMountable(launch.binds)) {
    for (const dvdi::ModuleBind& bind : launch.binds) addMount(&info, bind);
    return info;
  }
#endif
  for (const std::vector<std::string>& command : launch.commands) addCommand(&info, command);
  return info;
}

/** Ends a promise from whichever thread calls. */
dvdi::ModuleHost::Done settle(const std::shared_ptr<Promise<Nothing>>& promise)
{
  return [promise](const std::string& error) {
    if (error.empty()) promise->set(Nothing());
    else promise->fail(error);
  };
}

class DockerVolumeDriverIsolator : public mesos::slave::Isolator
{
public:
  explicit DockerVolumeDriverIsolator(std::unique_ptr<dvdi::ModuleHost> host) : host_(std::move(host)) {}

#if DVDI_HAS_NESTING
  bool supportsNesting() override { return true; }
#endif

#if DVDI_HAS_STANDALONE
  bool supportsStandalone() override { return true; }
#endif

  Future<Nothing> recover(const ContainerStates& states, const hashset<ContainerID>& orphans) override
  {
    std::vector<std::string> running;
    for (const ContainerState& state : states) running.push_back(textOf(state.container_id()));
    std::vector<std::string> leaving;
    for (const ContainerID& orphan : orphans) leaving.push_back(textOf(orphan));
    const std::shared_ptr<Promise<Nothing>> promise = std::make_shared<Promise<Nothing>>();
    host_->recover(running, leaving, settle(promise));
    return promise->future();
  }

#if DVDI_HAS_CONTAINER_CONFIG
  Future<Option<LaunchInfo>> prepare(
      const ContainerID& id, const mesos::slave::ContainerConfig& config) override
  {
    return prepared(id, partOf(config));
  }
#else
  Future<Option<LaunchInfo>> prepare(
      const ContainerID& id,
      const mesos::ExecutorInfo& executor,
      const std::string& directory,
      const Option<std::string>& user) override
  {
    JSON::Object config;
    config.values["directory"] = directory;
    config.values["executor_info"] = partOf(executor);
    return prepared(id, config);
  }
#endif

  Future<Nothing> isolate(const ContainerID& id, pid_t pid) override { return Nothing(); }

  /** Volumes limit nothing: this never comes true. */
  Future<mesos::slave::ContainerLimitation> watch(const ContainerID& id) override
  {
    return Future<mesos::slave::ContainerLimitation>();
  }

#if DVDI_HAS_LIMITS
  Future<Nothing> update(
      const ContainerID& id,
      const mesos::Resources& requests,
      const google::protobuf::Map<std::string, mesos::Value::Scalar>& limits) override
  {
    return Nothing();
  }
#else
  Future<Nothing> update(const ContainerID& id, const mesos::Resources& resources) override { return Nothing(); }
#endif

  Future<mesos::ResourceStatistics> usage(const ContainerID& id) override { return mesos::ResourceStatistics(); }

#if DVDI_HAS_STATUS
  Future<mesos::ContainerStatus> status(const ContainerID& id) override { return mesos::ContainerStatus(); }
#endif

  Future<Nothing> cleanup(const ContainerID& id) override
  {
    const std::shared_ptr<Promise<Nothing>> promise = std::make_shared<Promise<Nothing>>();
    host_->cleanup(textOf(id), settle(promise));
    return promise->future();
  }

private:
  Future<Option<LaunchInfo>> prepared(const ContainerID& id, const JSON::Object& config)
  {
    const std::shared_ptr<Promise<Option<LaunchInfo>>> promise = std::make_shared<Promise<Option<LaunchInfo>>>();
    const dvdi::ModuleHost::Prepared done = [promise](const std::string& error, const dvdi::ModuleLaunch& launch) {
      if (error.empty()) promise->set(launchInfoOf(launch));
      else promise->fail(error);
    };
    host_->prepare(textOf(id), documentOf(id, config), done);
    return promise->future();
  }

  const std::unique_ptr<dvdi::ModuleHost> host_;
};

void writeLog(dvdi::ModuleLogLevel level, const std::string& line)
{
  switch (level) {
    case dvdi::ModuleLogLevel::info: LOG(INFO) << line; break;
    case dvdi::ModuleLogLevel::warning: LOG(WARNING) << line; break;
    case dvdi::ModuleLogLevel::error: LOG(ERROR) << line; break;
  }
}

/** None for an isolator that cannot start: the agent then ends, and its log says why. */
mesos::slave::Isolator* createIsolator(const mesos::Parameters& parameters)
{
  dvdi::ModuleParameters taken;
  for (const mesos::Parameter& parameter : parameters.parameter()) {
    taken.push_back(std::make_pair(parameter.key(), parameter.value()));
  }
  std::string error;
  std::unique_ptr<dvdi::ModuleHost> host = dvdi::ModuleHost::create(taken, writeLog, &error);
  return host == nullptr ? nullptr : new DockerVolumeDriverIsolator(std::move(host));
}

const char AUTHOR[] = "The mesos-module-dvdi authors";
const char CONTACT[] = "https://mesos.apache.org/";
const char DESCRIPTION[] = "External volumes for tasks through Docker volume drivers";

bool isCompatible()
{
  return true;
}

}  // namespace

// Mesos finds a module by the name of its variable: the original's, so that the flags of agents stay, and ours.
mesos::modules::Module<mesos::slave::Isolator> com_emccode_mesos_DockerVolumeDriverIsolator(
    MESOS_MODULE_API_VERSION, MESOS_VERSION, AUTHOR, CONTACT, DESCRIPTION, isCompatible, createIsolator);

mesos::modules::Module<mesos::slave::Isolator> org_dvdi_DockerVolumeDriverIsolator(
    MESOS_MODULE_API_VERSION, MESOS_VERSION, AUTHOR, CONTACT, DESCRIPTION, isCompatible, createIsolator);
