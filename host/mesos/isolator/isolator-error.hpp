#ifndef DVDI_ISOLATOR_ISOLATOR_ERROR_HPP
#define DVDI_ISOLATOR_ISOLATOR_ERROR_HPP

#include <string>
#include <vector>

#include "documents/json.hpp"
#include "ledger/volume-types.hpp"
#include "system/system-error.hpp"

namespace dvdi {

/** The core refused: the document, the policy or the request has findings that are errors. Nothing was done. */
class RefusedError : public Error {
 public:
  /** @param asked what has the options that the findings may quote: requests, or rows of the ledger */
  RefusedError(const std::string& what, const Json& findings, const Json& asked = Json::array());

  /** All of them, warnings too, without secrets. */
  [[nodiscard]] const Json& findings() const noexcept { return findings_; }

 private:
  Json findings_;
};

/** The container is prepared already, from another document or under another policy. Nothing was done. */
class ContainerConflictError : public Error {
 public:
  explicit ContainerConflictError(const std::string& container);
};

/**
 * What is wrong between a volume, its driver and the mount table: `mountpoint-taken`, `unmount-without-effect`,
 * `mount-left`.
 */
class VolumeError : public Error {
 public:
  VolumeError(const std::string& code, const std::string& message, std::vector<Error> causes = {})
      : Error(code, message, {}, std::move(causes)) {}
};

enum class Phase { act, undo };

/** One step, or the undo of one, that failed; its cause says why. */
class StepError : public Error {
 public:
  StepError(const Json& step, Phase phase, const Error& cause);

  /** Without the values of secret options. */
  [[nodiscard]] const Json& step() const noexcept { return step_; }
  [[nodiscard]] Phase phase() const noexcept { return phase_; }

 private:
  Json step_;
  Phase phase_;
};

/**
 * A plan that could not be carried out. After a failed `prepare` everything was undone but what `failures` names with
 * the phase `undo`; after a failed `cleanup` everything was done but what `failures` names.
 */
class PlanFailedError : public Error {
 public:
  /** @param others why the ledger could not be brought to an end, if it could not */
  PlanFailedError(const Json& plan, std::vector<StepError> failures, const std::vector<Error>& others = {});

  [[nodiscard]] const std::vector<StepError>& failures() const noexcept { return failures_; }
  /** Without the values of secret options. */
  [[nodiscard]] const Json& plan() const noexcept { return plan_; }
  /** Whether something may still be mounted. */
  [[nodiscard]] bool leavesMounts() const;

 private:
  std::vector<StepError> failures_;
  Json plan_;
};

/** The same error without the value of any secret option, in its texts and those of its causes. */
[[nodiscard]] Error secretFree(const Error& error, const VolumeOptions& options);

/** What the ledger keeps of an error: its text with those of its causes, redacted, at most 2,000 characters. */
[[nodiscard]] std::string errorText(const Error& error, const VolumeOptions& options);

/** An error as a line of the log has it: `{"code", "message", "causes"}`. */
[[nodiscard]] Json toJson(const Error& error);

}  // namespace dvdi

#endif  // DVDI_ISOLATOR_ISOLATOR_ERROR_HPP
