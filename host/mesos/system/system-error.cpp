#include "system/system-error.hpp"

#include <cstring>

namespace dvdi {

std::string errnoName(int number) {
  const char* name = ::strerrorname_np(number);
  return name == nullptr ? "errno " + std::to_string(number) : std::string(name);
}

Error systemError(std::string_view call, int number) {
  const char* words = ::strerrordesc_np(number);
  const std::string description = words == nullptr ? "" : std::string(": ") + words;
  return Error(errnoName(number), errnoName(number) + description + ", " + std::string(call));
}

Error defect(const std::string& message) { return Error("internal", message); }

Error caughtError() { return errorOf(std::current_exception()); }

Error errorOf(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return defect(error.what());
  } catch (...) {
    return defect("something was thrown that is no error");
  }
}

}  // namespace dvdi
