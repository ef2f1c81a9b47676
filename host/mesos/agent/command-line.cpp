#include "agent/command-line.hpp"

#include <algorithm>

#include "agent/nearest.hpp"

namespace dvdi {
namespace {

std::string helpOf(const CommandRule& rule) {
  return "`dvdi-agent " + std::string(rule.verb) + " --help` shows what there is";
}

const OptionRule& findOption(const CommandRule& rule, const std::string& name) {
  const auto found = std::find_if(rule.options.begin(), rule.options.end(),
                                  [&](const OptionRule& option) { return option.name == name; });
  if (found != rule.options.end()) return *found;
  std::vector<std::string> names;
  for (const OptionRule& option : rule.options) names.emplace_back(option.name);
  const std::vector<std::string> near = nearest(name, names);
  const std::string perhaps = near.empty() ? "" : "perhaps " + near.front() + "; ";
  throw usageError("unknown option '" + name + "'", "an option that the command has", name, perhaps + helpOf(rule));
}

void checkOperands(const CommandRule& rule, const std::vector<std::string>& operands) {
  if (operands.size() < rule.operands.size()) {
    const std::string missing(rule.operands[operands.size()]);
    throw usageError("missing required argument '" + missing + "'", "all arguments of the command",
                     std::to_string(operands.size()) + " of " + std::to_string(rule.operands.size()), helpOf(rule));
  }
  const std::size_t most = rule.operands.size() + rule.optionalOperands.size();
  if (operands.size() > most && !rule.isVariadic) {
    throw usageError("too many arguments for '" + std::string(rule.verb) + "'",
                     "no more arguments than the command has", operands[most], helpOf(rule));
  }
}

}  // namespace

std::optional<std::string> CommandLine::option(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> CommandLine::all(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

Error usageError(const std::string& message, const std::string& expected, const std::string& got,
                 const std::string& advice) {
  return Error("cli-usage", message, {.expected = expected, .got = got, .advice = advice});
}

CommandLine parseCommandLine(const CommandRule& rule, const std::vector<std::string>& words) {
  CommandLine line;
  bool operandsOnly = false;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (operandsOnly || *word == "-" || !word->starts_with('-')) {
      line.operands.push_back(*word);
    } else if (*word == "--") {
      operandsOnly = true;
    } else {
      const std::size_t equals = word->find('=');
      const OptionRule& option = findOption(rule, word->substr(0, equals));
      const bool hasValue = equals != std::string::npos;
      std::string value = hasValue ? word->substr(equals + 1) : "";
      if (option.value.empty() && hasValue) {
        throw usageError("option '" + std::string(option.name) + "' takes no value", "the option alone", *word,
                         helpOf(rule));
      }
      if (!option.value.empty() && !hasValue) {
        if (word + 1 == words.end()) {
          throw usageError("option '" + std::string(option.name) + "' lacks its value", "a value after the option",
                           "nothing", helpOf(rule));
        }
        value = *++word;
      }
      line.options[std::string(option.name)].push_back(std::move(value));
    }
  }
  checkOperands(rule, line.operands);
  return line;
}

}  // namespace dvdi
