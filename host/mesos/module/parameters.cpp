#include "module/parameters.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "documents/json.hpp"
#include "system/file-trust.hpp"
#include "system/printable-text.hpp"
#include "system/system-error.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {
namespace {

constexpr std::array<std::string_view, 5> names{"policy", "state_dir", "dvdcli", "work_dir", "isolator_command"};

/** More than the core takes: what is larger is refused by the core, with a finding. */
constexpr std::size_t policySizeMaxBytes = 4 * 1024 * 1024;

Error parameterError(const std::string& message, const std::string& expected, const std::string& got,
                     const std::string& advice) {
  return Error("module-parameter", message, {.expected = expected, .got = got, .advice = advice});
}

void takeOnce(std::optional<std::string>& place, const std::string& name, const std::string& path) {
  const std::string title = "the parameter " + name + " of the module";
  if (place.has_value()) {
    throw parameterError(title + " is given twice", "one value", inQuotes(*place) + " and " + inQuotes(path),
                         "keep one of them in modules.json");
  }
  if (!path.starts_with('/')) {
    throw parameterError(title + " cannot be used", "an absolute path", inQuotes(path),
                         "begin the path with /, or leave the parameter out");
  }
  place = path;
}

Error policyError(const std::string& path, const std::string& got) {
  return Error("module-policy", "the policy of the module cannot be read or trusted",
               {.expected = "a file that only root, or the user of the agent, can change",
                .got = path + ": " + got,
                .advice = "chown root " + path + " && chmod go-w " + path});
}

std::string readWhole(int fd, const std::string& path) {
  std::string bytes;
  std::array<char, 64 * 1024> part;
  for (;;) {
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count == 0) return bytes;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw policyError(path, errnoName(errno));
    bytes.append(part.data(), static_cast<std::size_t>(count));
    if (bytes.size() > policySizeMaxBytes) throw policyError(path, "more than 4 MiB");
  }
}

}  // namespace

ModuleSettings readParameters(const ModuleParameters& parameters) {
  ModuleSettings settings;
  std::optional<std::string> stateDirectory;
  for (const auto& [name, value] : parameters) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw parameterError("the module has no parameter " + inQuotes(name),
                           "policy, state_dir, dvdcli, work_dir or isolator_command", inQuotes(name),
                           "correct its name in modules.json, or remove it");
    }
    if (name == "isolator_command") settings.hasIsolatorCommand = true;
    if (name == "policy") takeOnce(settings.policyFile, name, value);
    if (name == "state_dir") takeOnce(stateDirectory, name, value);
    if (name == "dvdcli") takeOnce(settings.dvdcli, name, value);
    if (name == "work_dir") takeOnce(settings.workDirectory, name, value);
  }
  if (stateDirectory.has_value()) settings.stateDirectory = *stateDirectory;
  return settings;
}

std::string readPolicyFile(const std::string& path) {
  // Not blocking: a FIFO would keep the agent waiting for its writer.
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.isOpen()) throw policyError(path, errnoName(errno));
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0) throw policyError(path, errnoName(errno));
  if (!S_ISREG(found.st_mode)) throw policyError(path, "something that is no file");
  if (const auto distrust = distrustOf(found)) throw policyError(path, *distrust);
  return readWhole(fd.get(), path);
}

std::string policyWithDvdcli(const std::optional<std::string>& policy, const std::string& dvdcli) {
  Json document = policy.has_value() ? parseJson(*policy) : Json::object();
  for (const char* name : {"transport", "dvdcliPaths"}) {
    if (!document.contains(name)) continue;
    throw parameterError("the parameter dvdcli of the module and the policy contradict each other",
                         "the parameter dvdcli, or a policy with " + std::string(name), "both",
                         "remove the parameter from modules.json, or the field from the policy");
  }
  document["transport"] = "dvdcli";
  document["dvdcliPaths"] = Json::array({dvdcli});
  return toJsonText(document);
}

}  // namespace dvdi
