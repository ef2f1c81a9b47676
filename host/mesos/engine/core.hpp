#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core-error.hpp"
#include "engine/core-module.hpp"

namespace dvdi {

class Instance;

/**
 * The core as calls from bytes to bytes: documents in, answers out as the core wrote them, the same bytes for the same
 * bytes (docs/abi/v1.md has every document). One instance serves all calls; after a failure the next call gets a new
 * one, with the policy that was in force.
 *
 * Not for two threads at once: give each thread a Core of its own (they share the CoreModule), or lock. Every call is
 * bounded by the module's CoreLimits, blocks for that long at most, and throws CoreError when there is no answer.
 */
class Core {
 public:
  /**
   * Starts a core with the default policy.
   * @throws CoreError `core-abi` when it is none, or one of another ABI
   */
  explicit Core(std::shared_ptr<const CoreModule> module);
  ~Core();
  Core(Core&&) noexcept;
  Core& operator=(Core&&) noexcept;

  /**
   * Takes the policy for the calls that follow, and answers a Configuration; a policy that is denied changes nothing.
   * No bytes go back to the defaults.
   */
  std::string configure(std::string_view policy);
  /** The bytes of the policy in force; none for the defaults. */
  [[nodiscard]] const std::string& policy() const noexcept { return policy_; }

  /** The core's Description: limits, kinds of documents, rules, policy fields. */
  std::string describe();
  /** What a document asks for, and what is wrong with it: an Inspection. Kind 0 detects the kind. */
  std::string inspect(std::int32_t kind, std::string_view document);
  /**
   * Whether a document may be submitted, each of its tasks and the whole: an Admission.
   * @param request an AdmitRequest on one line
   */
  std::string admit(std::string_view request, std::string_view document);
  /**
   * The Plan of what a container needs before its task starts.
   * @param request a PrepareRequest on one line
   */
  std::string prepare(std::string_view request, std::string_view document);
  /** The Plan of what remains to be done when a container is gone, for a CleanupRequest. */
  std::string cleanup(std::string_view request);
  /** The RecoverPlan after a restart, for a RecoverRequest. */
  std::string recover(std::string_view request);
  /** Reads the original's checkpoint, the bytes of the file as they are: a CheckpointImport. */
  std::string importCheckpoint(std::string_view file);
  /** Writes rows as the original's checkpoint, for a CheckpointExportRequest: a CheckpointExport. */
  std::string exportCheckpoint(std::string_view request);

  /** What the last call used, in the unit of CoreLimits::fuel. */
  [[nodiscard]] std::uint64_t fuelUsed() const noexcept { return fuelUsed_; }

 private:
  using Parts = std::initializer_list<std::string_view>;
  using Call = std::function<std::int64_t(Instance&, std::int32_t pointer)>;

  std::string answer(Parts request, const Call& call);
  std::string exchange(Parts request, const Call& call);
  void ensureInstance();
  [[noreturn]] void giveUp(Parts request, CoreFailure failure, const std::string& message);

  std::shared_ptr<const CoreModule> module_;
  std::unique_ptr<Instance> instance_;
  std::string policy_;
  std::uint64_t fuelUsed_ = 0;
};

}  // namespace dvdi
