#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "driver/plugin-endpoint.hpp"
#include "driver/plugin-json.hpp"
#include "system/printable-text.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {

namespace {

/** An address, and at most a few paths: far more than any real file. */
constexpr std::size_t specificationMaxBytes = 64UL * 1024;

/** Linux' limit of a file name (NAME_MAX), less the longest ending that discovery adds, `.sock`. */
constexpr std::size_t fileNameMaxBytes = 255 - 5;

enum class Kind { nothing, socket, other };

[[noreturn]] void refuseFile(const std::string& file, const std::string& reason) {
  throw PluginFailure(DriverFault::missing, "the plugin's file " + file + " " + reason, false);
}

Kind kindOf(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return S_ISSOCK(found.st_mode) ? Kind::socket : Kind::other;
  if (errno == ENOENT || errno == ENOTDIR) return Kind::nothing;
  throw PluginFailure(DriverFault::missing, "cannot look for a plugin at " + path + ": " + errnoName(errno), false);
}

std::vector<std::string> candidates(const std::string& directory, const std::string& name, const char* ending) {
  return {directory + "/" + name + ending, directory + "/" + name + "/" + name + ending};
}

/** Opened without waiting for a writer, so that a named pipe in the directory cannot hang us. */
std::string readSmallFile(const std::string& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat found {};
  if (!fd.isOpen() || ::fstat(fd.get(), &found) != 0) refuseFile(file, "cannot be read (" + errnoName(errno) + ")");
  if (!S_ISREG(found.st_mode)) refuseFile(file, "is not a regular file");
  std::string text(specificationMaxBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(fd.get(), text.data() + size, text.size() - size);
    if (count < 0) refuseFile(file, "cannot be read (" + errnoName(errno) + ")");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > specificationMaxBytes) {
    refuseFile(file, "is larger than " + std::to_string(specificationMaxBytes) + " bytes");
  }
  text.resize(size);
  if (!isUtf8(text)) refuseFile(file, "cannot be read (it is not UTF-8)");
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

std::optional<std::string> pathIn(const Json& value, const char* name, const std::string& file) {
  const Json* path = member(value, name);
  if (path == nullptr) return std::nullopt;
  if (!path->is_string()) refuseFile(file, std::string("\"") + name + "\" is not a text");
  auto text = path->get<std::string>();
  if (text.empty()) return std::nullopt;
  if (!text.starts_with('/')) refuseFile(file, std::string("\"") + name + "\" is not an absolute path");
  return text;
}

/**
 * Docker turns verification off when the file names no CA. Ours stays on, with the system's own authorities: off is
 * only what the file calls off.
 */
std::optional<TlsSettings> tlsIn(const Json* value, const std::string& file) {
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) refuseFile(file, "\"TLSConfig\" is not a JSON object");
  const Json* skip = member(*value, "InsecureSkipVerify");
  if (skip != nullptr && !skip->is_boolean()) refuseFile(file, "\"InsecureSkipVerify\" is neither true nor false");
  return TlsSettings{skip == nullptr || !skip->get<bool>(), pathIn(*value, "CAFile", file),
                     pathIn(*value, "CertFile", file), pathIn(*value, "KeyFile", file)};
}

PluginEndpoint readSpecification(const std::string& file) {
  const std::string text = readSmallFile(file);
  if (!file.ends_with(".json")) return parseEndpoint(trimmed(text), std::nullopt, file);
  const Json value = parseForeign(text);
  if (value.is_discarded()) refuseFile(file, "is not JSON");
  if (!value.is_object()) refuseFile(file, "is not a JSON object");
  const Json* address = member(value, "Addr");
  if (address == nullptr || !address->is_string()) refuseFile(file, "has no text \"Addr\"");
  return parseEndpoint(trimmed(address->get<std::string>()), tlsIn(member(value, "TLSConfig"), file), file);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

std::string pluginFileName(const std::string& driver) {
  const auto fail = [](const std::string& message) { return PluginFailure(DriverFault::missing, message, false); };
  if (driver.empty()) throw fail("the driver has no name");
  std::string name;
  std::string part;
  for (std::size_t at = 0; at <= driver.size(); ++at) {
    const bool isEnd = at == driver.size() || driver[at] == '/';
    if (isEnd && (part == "." || part == "..")) {
      throw fail(quotedPrintable(driver) + " walks folders and is no driver's name");
    }
    if (at == driver.size()) break;
    part = isEnd ? "" : part + driver[at];
    name += isEnd ? std::string("%2F") : std::string(1, driver[at]);
  }
  if (printableText(name) != name || name.size() > fileNameMaxBytes) {
    throw fail(quotedPrintable(driver, 300) + " is no driver's name: expected printable characters, at most " +
               std::to_string(fileNameMaxBytes) + " bytes");
  }
  return name;
}

PluginEndpoint discoverPlugin(const std::string& driver, const PluginDirectories& directories) {
  const std::string name = pluginFileName(driver);
  for (const std::string& directory : directories.sockets) {
    for (const std::string& path : candidates(directory, name, ".sock")) {
      if (kindOf(path) == Kind::socket) return {path, "", 0, std::nullopt};
    }
  }
  for (const std::string& directory : directories.specifications) {
    for (const char* ending : {".spec", ".json"}) {
      for (const std::string& file : candidates(directory, name, ending)) {
        if (kindOf(file) != Kind::nothing) return readSpecification(file);
      }
    }
  }
  throw PluginFailure(DriverFault::missing,
                      "no volume driver \"" + driver + "\" on this machine: there is no " + name + ".sock in " +
                          joined(directories.sockets) + " and no " + name + ".spec or " + name + ".json in " +
                          joined(directories.specifications) + "; is the driver running?",
                      false, true);
}

}  // namespace dvdi
