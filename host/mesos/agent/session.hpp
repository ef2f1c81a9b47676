#pragma once

#include <cstdint>
#include <string>

#include "agent/command-line.hpp"
#include "documents/json.hpp"
#include "engine/core.hpp"
#include "system/redaction.hpp"

namespace dvdi {

/** Starts the embedded core, with the default policy. */
[[nodiscard]] Core startCore();

/** The core with the policy of `--policy` in force. */
struct PolicySession {
  Core core;
  /** Findings about the policy; an array. */
  Json findings;
  /** A finding is an error: the policy is not in force, and nothing may be decided. */
  bool refused = false;
};

/** The id of a kind by its name; 0 without one. @throws Error `cli-usage` */
[[nodiscard]] std::int32_t kindId(Core& core, const std::optional<std::string>& name);

/**
 * Starts the core, and puts a policy in force when one is named.
 * @throws Error `cli-input`, `cli-input-size`
 */
[[nodiscard]] PolicySession openPolicy(const CommandLine& line);

/** A document, read and understood, with the policy in force. */
struct DocumentSession {
  PolicySession policy;
  std::string document;
  /** Id of the document's kind as the user gave it; 0 detects it. */
  std::int32_t kind = 0;
  Json inspection;
  Redactor redactor;
};

/**
 * Reads the document that the command line names and its policy, and asks the core what the document says.
 * @throws Error `cli-input`, `cli-input-size`, `cli-usage`
 */
[[nodiscard]] DocumentSession openDocument(const CommandLine& line);

/** The policy's findings, and then those of the document. */
[[nodiscard]] Json joinFindings(const Json& first, const Json& second);

}  // namespace dvdi
