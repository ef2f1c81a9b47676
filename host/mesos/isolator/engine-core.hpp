#ifndef DVDI_ISOLATOR_ENGINE_CORE_HPP
#define DVDI_ISOLATOR_ENGINE_CORE_HPP

#include <string>
#include <string_view>
#include <utility>

#include "engine/core.hpp"
#include "isolator/core-port.hpp"

namespace dvdi {

/** The core in its engine, as an isolator asks it. Its policy is set before the isolator is made. */
class EngineCore final : public CorePort {
 public:
  explicit EngineCore(Core core) : core_(std::move(core)) {}

  std::string inspect(std::int32_t kind, std::string_view document) override { return core_.inspect(kind, document); }
  std::string prepare(std::string_view request, std::string_view document) override {
    return core_.prepare(request, document);
  }
  std::string cleanup(std::string_view request) override { return core_.cleanup(request); }
  std::string recover(std::string_view request) override { return core_.recover(request); }
  std::string importCheckpoint(std::string_view file) override { return core_.importCheckpoint(file); }
  [[nodiscard]] std::string policy() const override { return core_.policy(); }

 private:
  Core core_;
};

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_ENGINE_CORE_HPP
