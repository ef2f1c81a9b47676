#include "driver/volume-driver.hpp"

#include <utility>

namespace dvdi {

DriverError::DriverError(DriverFault fault, const std::string& message, bool isUncertain, std::vector<Error> causes)
    : Error(codeOf(fault), message, {}, std::move(causes)), fault_(fault), isUncertain_(isUncertain) {}

const char* codeOf(DriverFault fault) {
  switch (fault) {
    case DriverFault::missing:
      return "driver-missing";
    case DriverFault::timeout:
      return "driver-timeout";
    case DriverFault::refused:
      return "driver-refused";
    case DriverFault::answer:
      return "driver-answer";
    case DriverFault::crashed:
      break;
  }
  return "driver-crashed";
}

}  // namespace dvdi
