#include "agent/help.hpp"

#include <algorithm>
#include <utility>

namespace dvdi {
namespace {

/** Two columns, the second in line. */
std::string table(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string text;
  for (const auto& [left, right] : rows) {
    text.append("  ").append(left).append(width - left.size() + 2, ' ').append(right).append("\n");
  }
  return text;
}

constexpr const char* exitCodes =
    "\nExit codes:\n"
    "  0  done\n"
    "  1  refused by a finding, not known (release), or in use (release)\n"
    "  2  usage: the command line, or a file it names, cannot be read\n"
    "  3  the machine or a volume driver failed or lacks something; all was undone\n"
    "  4  something could not be undone or released\n"
    "  5  a defect of dvdi itself\n"
    "  6  the container is prepared already, from another document or policy\n";

}  // namespace

std::string programHelp(std::span<const Verb* const> verbs) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Verb* verb : verbs) rows.emplace_back(verb->rule.verb, verb->title);
  return "Usage: dvdi-agent <command> [options]\n\n"
         "What the Mesos module does, as a program: one JSON document on stdout, the same as of `dvdi --json`.\n\n"
         "Commands:\n" +
         table(rows) + exitCodes + "\n`dvdi-agent <command> --help` shows the options of a command.\n";
}

std::string verbHelp(const Verb& verb) {
  std::string usage = "Usage: dvdi-agent " + std::string(verb.rule.verb) + " [options]";
  for (const std::string_view operand : verb.rule.operands) usage.append(" <").append(operand).append(">");
  if (verb.rule.isVariadic) usage.append("...");
  for (const std::string_view operand : verb.rule.optionalOperands) usage.append(" [").append(operand).append("]");
  std::vector<std::pair<std::string, std::string>> rows;
  for (const OptionRule& option : verb.rule.options) {
    std::string left(option.name);
    if (!option.value.empty()) left.append(" ").append(option.value);
    rows.emplace_back(std::move(left), option.title);
  }
  return usage + "\n\n" + std::string(verb.title) + "\n\nOptions:\n" + table(rows);
}

}  // namespace dvdi
