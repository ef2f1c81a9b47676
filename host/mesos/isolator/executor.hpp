#ifndef DVDI_ISOLATOR_EXECUTOR_HPP
#define DVDI_ISOLATOR_EXECUTOR_HPP

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isolator/graph.hpp"
#include "isolator/isolator-error.hpp"
#include "isolator/isolator-event.hpp"

namespace dvdi {

/** Knows how a single step is done and undone; called from several threads. What a step found out is in its line. */
struct StepRunner {
  /** @returns fields for the line `step-done`: `mountpoint`, `made` or `removal` */
  std::function<Json(const Json& step)> perform;
  /** Whether there is something to undo: the step was done, or may have been. */
  std::function<bool(const Json& step)> hasActed = nullptr;
  std::function<void(const Json& step)> undo = nullptr;
};

/** Whom to tell of what is done. */
struct Telling {
  Events& events;
  /** Nothing in a recover: a step there belongs to none, or says itself whose it is. */
  std::optional<std::string> container;
};

/** Performs steps in their order, but `bind`, which belongs to whoever starts the task, and gives the failures. */
[[nodiscard]] std::vector<StepError> performSteps(const Json& steps, const StepRunner& runner, const Telling& telling,
                                                  OnFailure onFailure);

/** Undoes what was done of some steps, or may have been, in the opposite order, whatever fails. */
[[nodiscard]] std::vector<StepError> undoSteps(const Json& steps, const StepRunner& runner, const Telling& telling);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_EXECUTOR_HPP
