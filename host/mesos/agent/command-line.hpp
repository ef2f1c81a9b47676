#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/exit-codes.hpp"
#include "documents/error.hpp"

namespace dvdi {

/** An option of a verb. */
struct OptionRule {
  /** With its hyphens. */
  std::string_view name;
  /** What stands for its value in the help; empty for an option without one. */
  std::string_view value;
  std::string_view title;
};

/** The words of a command line, sorted. */
struct CommandLine {
  std::vector<std::string> operands;
  /** By name, each in its order; an option without a value has an empty one. */
  std::map<std::string, std::vector<std::string>, std::less<>> options;

  /** The value of an option; the last one counts. */
  [[nodiscard]] std::optional<std::string> option(std::string_view name) const;
  /** All values of an option that may be repeated. */
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return options.find(name) != options.end(); }
};

/** Something is wrong with the command line: code `cli-usage`. */
[[nodiscard]] Error usageError(const std::string& message, const std::string& expected, const std::string& got,
                               const std::string& advice);

/** What a verb takes. */
struct CommandRule {
  std::string_view verb;
  /** What stands for each operand in the help; every one is required. */
  std::vector<std::string_view> operands;
  /** Operands that may follow. */
  std::vector<std::string_view> optionalOperands = {};
  /** Whether the last required operand may be repeated. */
  bool isVariadic = false;
  std::vector<OptionRule> options;
};

/**
 * Sorts the words after a verb: `--name value` and `--name=value`, in any order with the operands, up to `--`.
 * @throws Error `cli-usage`
 */
[[nodiscard]] CommandLine parseCommandLine(const CommandRule& rule, const std::vector<std::string>& words);

}  // namespace dvdi
