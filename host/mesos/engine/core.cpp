#include "engine/core.hpp"

#include <numeric>

#include "documents/json.hpp"
#include "engine/instance.hpp"
#include "engine/sha256.hpp"

namespace dvdi {
namespace {

/** The ABI that this host speaks; a core with a larger minor version is fine. */
constexpr std::int32_t abiMajor = 1;

constexpr std::string_view defaultPolicy;
constexpr std::string_view lineFeed = "\n";

std::size_t sizeOf(std::initializer_list<std::string_view> parts) {
  return std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                         [](std::size_t sum, std::string_view part) { return sum + part.size(); });
}

/** Of a request that the core has taken: it fits. */
std::int32_t lengthOf(std::initializer_list<std::string_view> parts) {
  return static_cast<std::int32_t>(sizeOf(parts));
}

std::string hashOf(std::initializer_list<std::string_view> parts) {
  Sha256 hash;
  for (const std::string_view part : parts) hash.add(part);
  return hash.finish();
}

std::optional<std::string> textOf(const Json& value) {
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

std::optional<std::int64_t> numberOf(const Json& value) {
  return value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

/** A trapped instance may be in any state: a second trap here only loses the text of the first. */
CoreFault faultOf(Instance& instance) {
  try {
    instance.begin();
    const Json fault = Json::parse(instance.read(instance.fault()));
    return {textOf(fault.at("message")), textOf(fault.at("file")), numberOf(fault.at("line")),
            numberOf(fault.at("column"))};
  } catch (const CoreStop&) {
  } catch (const Json::exception&) {
  }
  return {};
}

std::string placeOf(const CoreFault& fault) {
  if (!fault.file.has_value()) return "";
  return " (" + *fault.file + ":" + std::to_string(fault.line.value_or(0)) + ":" +
         std::to_string(fault.column.value_or(0)) + ")";
}

}  // namespace

Core::Core(std::shared_ptr<const CoreModule> module) : module_(std::move(module)) {
  instance_ = std::make_unique<Instance>(module_->parts());
  std::int32_t major = 0;
  try {
    major = instance_->abi() >> 16;
  } catch (const CoreStop& stop) {
    throw CoreError("core-abi", "expected a core that says its ABI: " + stop.message);
  }
  if (major != abiMajor) {
    throw CoreError("core-abi",
                    "expected a core of ABI " + std::to_string(abiMajor) + ", got ABI " + std::to_string(major));
  }
  // The defaults are kept in the core as a policy is, instead of being made again for each call.
  configure(defaultPolicy);
}

Core::~Core() = default;
Core::Core(Core&&) noexcept = default;
Core& Core::operator=(Core&&) noexcept = default;

std::string Core::configure(std::string_view policy) {
  const Parts request{policy};
  std::string configuration = answer(request, [&](Instance& instance, std::int32_t pointer) {
    return instance.configure(pointer, lengthOf(request));
  });
  const Json parsed = Json::parse(configuration, nullptr, false);
  const auto verdict = parsed.is_object() ? parsed.find("verdict") : parsed.end();
  if (verdict == parsed.end()) giveUp(request, CoreFailure::answer, "expected a configuration with a verdict");
  if (*verdict != "deny") policy_ = policy;
  return configuration;
}

std::string Core::describe() {
  return answer({}, [](Instance& instance, std::int32_t) { return instance.describe(); });
}

std::string Core::inspect(std::int32_t kind, std::string_view document) {
  const Parts request{document};
  return answer(request, [&](Instance& instance, std::int32_t pointer) {
    return instance.inspect(kind, pointer, lengthOf(request));
  });
}

std::string Core::admit(std::string_view request, std::string_view document) {
  const Parts parts{request, lineFeed, document};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.admit(pointer, lengthOf(parts));
  });
}

std::string Core::prepare(std::string_view request, std::string_view document) {
  const Parts parts{request, lineFeed, document};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.prepare(pointer, lengthOf(parts));
  });
}

std::string Core::cleanup(std::string_view request) {
  const Parts parts{request};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.cleanup(pointer, lengthOf(parts));
  });
}

std::string Core::recover(std::string_view request) {
  const Parts parts{request};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.recover(pointer, lengthOf(parts));
  });
}

std::string Core::importCheckpoint(std::string_view file) {
  const Parts parts{file};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.importCheckpoint(pointer, lengthOf(parts));
  });
}

std::string Core::exportCheckpoint(std::string_view request) {
  const Parts parts{request};
  return answer(parts, [&](Instance& instance, std::int32_t pointer) {
    return instance.exportCheckpoint(pointer, lengthOf(parts));
  });
}

std::string Core::answer(Parts request, const Call& call) {
  ensureInstance();
  return exchange(request, call);
}

/** One call: request in, answer out. */
std::string Core::exchange(Parts request, const Call& call) {
  try {
    instance_->begin();
    const std::int32_t pointer = instance_->write(request);
    if (pointer == 0) {
      throw CoreError("core-request-too-large", "expected a request that the core has room for, got " +
                                                    std::to_string(sizeOf(request)) + " bytes");
    }
    std::string result = instance_->read(call(*instance_, pointer));
    fuelUsed_ = instance_->fuelUsed();
    return result;
  } catch (const CoreStop& stop) {
    giveUp(request, stop.failure, stop.message);
  }
}

/** After a failure there is none: a new one gets the policy that was in force. */
void Core::ensureInstance() {
  if (instance_ != nullptr) return;
  instance_ = std::make_unique<Instance>(module_->parts());
  exchange({policy_}, [&](Instance& instance, std::int32_t pointer) {
    return instance.configure(pointer, static_cast<std::int32_t>(policy_.size()));
  });
}

/** Drops the instance, and reports why. */
void Core::giveUp(Parts request, CoreFailure failure, const std::string& message) {
  CoreFault fault = failure == CoreFailure::trap ? faultOf(*instance_) : CoreFault{};
  instance_ = nullptr;
  const std::string text = "the core failed: " + fault.message.value_or(message) + placeOf(fault);
  throw CoreError(text, failure, std::move(fault), hashOf(request));
}

}  // namespace dvdi
