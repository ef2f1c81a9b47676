#include "isolator/executor.hpp"

namespace dvdi {

namespace {

GraphNode nodeOf(const Json& step) {
  const bool isDrivers = step.contains("volume") && step["volume"].is_object();
  return {step.at("id").get<int>(), step.at("after").get<std::vector<int>>(),
          isDrivers ? step["volume"].at("driver").get<std::string>() : ""};
}

Json linesFields(const Json& step, const char* phase, const Telling& telling) {
  const auto action = step.at("action").get<std::string>();
  Json container = telling.container ? Json(*telling.container) : Json();
  if (action == "forget" && container.is_null()) container = step.at("container");
  Json fields = {{"container", container}, {"phase", phase}, {"step", step.at("id")}, {"action", action}};
  if (step.contains("volume") && step["volume"].is_object()) {
    fields.update(volumeFields(volumeIdFrom(step["volume"])));
  } else if (step.contains("location")) {
    fields["path"] = step["location"].at("path");
  }
  return fields;
}

void observe(const Json& step, const char* phase, const Telling& telling, const std::function<Json()>& act) {
  const auto start = std::chrono::steady_clock::now();
  Json fields = linesFields(step, phase, telling);
  telling.events.tell(EventLevel::trace, "step-started", fields, step);
  try {
    const Json note = act();
    fields["durationMs"] = elapsedMs(start);
    if (note.is_object()) fields.update(note);
    // That something had to be undone is worth a look; that a step was done is what everybody expects.
    const bool isUndo = std::string_view(phase) == "undo";
    telling.events.tell(isUndo ? EventLevel::info : EventLevel::debug, "step-done", fields, step);
  } catch (...) {
    fields["durationMs"] = elapsedMs(start);
    fields["error"] = toJson(caughtError());
    telling.events.tell(EventLevel::error, "step-failed", fields, step);
    throw;
  }
}

std::vector<StepError> stepErrors(const std::vector<GraphFailure>& failures, const std::vector<Json>& steps,
                                  Phase phase) {
  std::vector<StepError> errors;
  for (const GraphFailure& failure : failures) errors.emplace_back(steps[failure.node], phase, failure.error);
  return errors;
}

}  // namespace

std::vector<StepError> performSteps(const Json& steps, const StepRunner& runner, const Telling& telling,
                                    OnFailure onFailure) {
  std::vector<Json> performed;
  std::vector<GraphNode> nodes;
  for (const Json& step : steps) {
    if (step.at("action") == "bind") continue;
    performed.push_back(step);
    nodes.push_back(nodeOf(step));
  }
  const auto perform = [&](std::size_t index) {
    observe(performed[index], "do", telling, [&] { return runner.perform(performed[index]); });
  };
  return stepErrors(runGraph(nodes, perform, onFailure), performed, Phase::act);
}

std::vector<StepError> undoSteps(const Json& steps, const StepRunner& runner, const Telling& telling) {
  std::vector<Json> acted;
  std::vector<GraphNode> nodes;
  for (const Json& step : steps) {
    if (step.at("undo").is_null() || !runner.hasActed(step)) continue;
    acted.push_back(step);
    nodes.push_back(nodeOf(step));
  }
  const auto undo = [&](std::size_t index) {
    observe(acted[index], "undo", telling, [&] {
      runner.undo(acted[index]);
      return Json();
    });
  };
  return stepErrors(runGraph(reversed(nodes), undo, OnFailure::goOn), acted, Phase::undo);
}

}  // namespace dvdi
