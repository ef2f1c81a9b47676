#ifndef DVDI_ISOLATOR_ISOLATOR_EVENT_HPP
#define DVDI_ISOLATOR_ISOLATOR_EVENT_HPP

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "documents/json.hpp"
#include "isolator/isolator-error.hpp"

namespace dvdi {

enum class EventLevel { trace, debug, info, warn, error };

[[nodiscard]] const char* textOf(EventLevel level);

/** One line of the log (docs/logs.md has the fields of each). No value of a secret option is in it. */
struct Event {
  EventLevel level;
  std::string name;
  Json fields;
};

using EventListener = std::function<void(const Event&)>;

/**
 * The one way to a listener: one thread at a time, secrets taken out, and one that throws breaks nothing: a container
 * must not stay half mounted because a log is full.
 */
class Events {
 public:
  explicit Events(EventListener listener) : listener_(std::move(listener)) {}

  /** @param secrets what has the options whose values must not be in the line */
  void tell(EventLevel level, const std::string& name, Json fields, const Json& secrets = Json::array());

 private:
  EventListener listener_;
  std::mutex mutex_;
};

/** Milliseconds since a moment, to a microsecond, as lines have them. */
[[nodiscard]] double elapsedMs(std::chrono::steady_clock::time_point start);

/** `{"driver", "volume"}`, before other fields. */
[[nodiscard]] Json volumeFields(const VolumeId& volume);

/** The codes of findings, each once. */
[[nodiscard]] Json codesIn(const Json& findings);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_ISOLATOR_EVENT_HPP
