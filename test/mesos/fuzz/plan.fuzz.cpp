// Plans and launches: of our own making, and read as if they were not.
#include <atomic>

#include "driver/plugin-json.hpp"
#include "fuzz.hpp"
#include "isolator/executor.hpp"
#include "module/launch.hpp"

using dvdi::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dvdi::Json plan = dvdi::parseForeign(dvdi::fuzz::textOf(data, size));
  if (plan.is_discarded()) return 0;
  try {
    static_cast<void>(dvdi::launchFrom(plan));
  } catch (const dvdi::Json::exception&) {
    // A field that is missing, or of another type: an error of the operation, and nothing else.
  }
  if (!plan.is_array() || plan.size() > 16) return 0;
  dvdi::Events events(nullptr);
  std::atomic<std::size_t> performed = 0;
  dvdi::StepRunner runner;
  runner.perform = [&](const dvdi::Json&) {
    ++performed;
    return dvdi::Json::object();
  };
  runner.hasActed = [](const dvdi::Json&) { return true; };
  runner.undo = [](const dvdi::Json&) {};
  try {
    static_cast<void>(dvdi::performSteps(plan, runner, {.events = events, .container = "c"}, dvdi::OnFailure::stop));
    static_cast<void>(dvdi::undoSteps(plan, runner, {.events = events, .container = "c"}));
    require(performed <= plan.size(), "each step once");
  } catch (const dvdi::Json::exception&) {
    // As above.
  }
  return 0;
}
