#ifndef DVDI_ISOLATOR_CORE_PORT_HPP
#define DVDI_ISOLATOR_CORE_PORT_HPP

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "documents/json.hpp"

namespace dvdi {

/**
 * What an isolator asks the core, bytes in and bytes out (docs/abi/v1.md). One thread at a time; the caller sees to it.
 * Each call throws Error `core-fault` or `core-request-too-large`.
 */
class CorePort {
 public:
  CorePort() = default;
  CorePort(const CorePort&) = delete;
  CorePort& operator=(const CorePort&) = delete;
  virtual ~CorePort() = default;

  virtual std::string inspect(std::int32_t kind, std::string_view document) = 0;
  virtual std::string prepare(std::string_view request, std::string_view document) = 0;
  virtual std::string cleanup(std::string_view request) = 0;
  virtual std::string recover(std::string_view request) = 0;
  virtual std::string importCheckpoint(std::string_view file) = 0;
  /** The bytes of the policy in force; none for the defaults. */
  [[nodiscard]] virtual std::string policy() const = 0;
};

/** The same as documents, for any number of threads. */
class CoreCalls {
 public:
  explicit CoreCalls(CorePort& core) : core_(core) {}

  Json inspect(std::int32_t kind, std::string_view document) {
    const std::scoped_lock lock(mutex_);
    return parseJson(core_.inspect(kind, document));
  }
  Json prepare(const Json& request, std::string_view document) {
    const std::scoped_lock lock(mutex_);
    return parseJson(core_.prepare(toJsonText(request), document));
  }
  Json cleanup(const Json& request) {
    const std::scoped_lock lock(mutex_);
    return parseJson(core_.cleanup(toJsonText(request)));
  }
  Json recover(const Json& request) {
    const std::scoped_lock lock(mutex_);
    return parseJson(core_.recover(toJsonText(request)));
  }
  Json importCheckpoint(std::string_view file) {
    const std::scoped_lock lock(mutex_);
    return parseJson(core_.importCheckpoint(file));
  }
  [[nodiscard]] std::string policy() {
    const std::scoped_lock lock(mutex_);
    return core_.policy();
  }

 private:
  CorePort& core_;
  std::mutex mutex_;
};

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_CORE_PORT_HPP
