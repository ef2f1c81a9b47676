#ifndef DVDI_DRIVER_PLUGIN_FAILURE_HPP
#define DVDI_DRIVER_PLUGIN_FAILURE_HPP

#include "driver/volume-driver.hpp"

namespace dvdi {

/** What went wrong between us and a plugin, before it is known for which volume and operation. */
class PluginFailure : public Error {
 public:
  /**
   * @param mayHaveActed whether the outcome is unknown if the call was one that changes something
   * @param isRetriable whether nobody could be reached and trying again later may help
   * @param isUnimplemented whether the plugin answered that it does not know the call
   */
  PluginFailure(DriverFault fault, const std::string& message, bool mayHaveActed, bool isRetriable = false,
                bool isUnimplemented = false)
      : Error(codeOf(fault), message),
        fault_(fault),
        mayHaveActed_(mayHaveActed),
        isRetriable_(isRetriable),
        isUnimplemented_(isUnimplemented) {}

  [[nodiscard]] DriverFault fault() const noexcept { return fault_; }
  [[nodiscard]] bool mayHaveActed() const noexcept { return mayHaveActed_; }
  [[nodiscard]] bool isRetriable() const noexcept { return isRetriable_; }
  [[nodiscard]] bool isUnimplemented() const noexcept { return isUnimplemented_; }

  /** The same failure of a call that changes nothing, whatever became of it. */
  [[nodiscard]] PluginFailure withoutEffect() const {
    return PluginFailure(fault_, what(), false, isRetriable_, isUnimplemented_);
  }

 private:
  DriverFault fault_;
  bool mayHaveActed_;
  bool isRetriable_;
  bool isUnimplemented_;
};

}  // namespace dvdi

#endif  // DVDI_DRIVER_PLUGIN_FAILURE_HPP
