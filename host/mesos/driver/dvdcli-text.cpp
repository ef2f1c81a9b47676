#include "driver/dvdcli-text.hpp"

#include <algorithm>

#include "driver/mountpoint.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

[[noreturn]] void refuse(const char* operation, const std::string& reason) {
  throw DriverError(DriverFault::refused,
                    std::string(operation) + " by dvdcli: cannot be passed on: " + reason, false);
}

std::vector<std::string> volumeArguments(const char* command, const VolumeCall& call, const char* operation) {
  for (const std::string& text : {call.volume.driver, call.volume.name}) {
    if (text.empty() || hasControlCharacter(text)) {
      refuse(operation, "a driver and a volume need names without control characters");
    }
  }
  return {command, "--volumedriver=" + call.volume.driver, "--volumename=" + call.volume.name};
}

std::string itemOf(const VolumeOption& option, OptionSyntax syntax) {
  const std::string item = option.key + "=" + option.value;
  const std::string shown = "option \"" + printableText(option.key) + "\"";
  if (option.key.empty() || option.key.find('=') != std::string::npos || hasControlCharacter(item)) {
    refuse("mount", shown + ": its name is empty or has a \"=\", or it has a control character");
  }
  if (!needsQuotes(option)) return item;
  if (syntax == OptionSyntax::plain) {
    refuse("mount", shown + " has a comma, a double quote or a further \"=\", which this dvdcli does not keep "
                            "together: use the dvdcli of mesos-module-dvdi, or the plugin transport");
  }
  std::string quotedItem = "\"";
  for (const char character : item) {
    if (character == '"') quotedItem += '"';
    quotedItem += character;
  }
  return quotedItem + '"';
}

std::string trimmed(std::string_view text) {
  const char* blanks = " \t\r\n\v\f";
  const std::size_t start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  return std::string(text.substr(start, text.find_last_not_of(blanks) - start + 1));
}

std::string firstLine(std::string_view text) { return quotedPrintable(text.substr(0, text.find('\n')), 200); }

}  // namespace

bool needsQuotes(const VolumeOption& option) {
  return option.key.find_first_of(",\"") != std::string::npos ||
         option.value.find_first_of(",\"=") != std::string::npos;
}

std::vector<std::string> mountArguments(const MountCall& call, OptionSyntax syntax) {
  std::vector<std::string> arguments = volumeArguments("mount", call, "mount");
  for (const VolumeOption& option : call.options) arguments.push_back("--volumeopts=" + itemOf(option, syntax));
  // The original's own spelling; it knows no --explicitCreate.
  if (!call.mayCreate) arguments.emplace_back("--explicitcreate=true");
  return arguments;
}

std::vector<std::string> unmountArguments(const VolumeCall& call) {
  return volumeArguments("unmount", call, "unmount");
}

std::vector<std::string> pathArguments(const VolumeCall& call) {
  return volumeArguments("path", call, "mountpointOf");
}

std::vector<std::string> listArguments(const VolumeCall& call) {
  return {"list", "--volumedriver=" + call.volume.driver};
}

Read<std::string> readMountOutput(std::string_view output) {
  if (!isUtf8(output)) return {"", "expected a path in UTF-8 on stdout, got other bytes"};
  const std::string_view line = output.ends_with('\n') ? output.substr(0, output.size() - 1) : output;
  const auto lineCount = std::count(line.begin(), line.end(), '\n') + 1;
  if (lineCount > 1) {
    return {"", "expected one line on stdout, got " + std::to_string(lineCount) + ", the first " + firstLine(line)};
  }
  if (auto fault = mountpointFault(line)) return {"", std::move(fault)};
  return {std::string(line)};
}

Read<std::optional<std::string>> readPathOutput(std::string_view output) {
  if (output.empty()) return {};
  Read<std::string> read = readMountOutput(output);
  if (read.fault) return {std::nullopt, std::move(read.fault)};
  return {std::move(read.value)};
}

Read<std::vector<std::string>> readListOutput(std::string_view output) {
  const std::vector<std::string> lines = linesOf(output);
  // The help of one that does not know the command, with exit code 0.
  const auto isHelp = [](const std::string& line) { return line.starts_with("Usage:"); };
  if (std::any_of(lines.begin(), lines.end(), isHelp)) {
    return {{}, "expected the names of volumes on stdout, got " + firstLine(output)};
  }
  Read<std::vector<std::string>> read;
  for (const std::string& line : lines) {
    if (!line.empty()) read.value.push_back(printableText(line));
  }
  return read;
}

std::optional<std::string> unmountOutputFault(std::string_view output) {
  const std::string text = trimmed(output);
  if (text.empty()) return std::nullopt;
  return "expected nothing on stdout, got " + firstLine(text);
}

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find('\n', at);
    lines.emplace_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return lines;
    at = end + 1;
  }
}

std::string logExcerpt(const std::string& redactedLog) {
  std::vector<std::string> lines;
  for (std::string& line : linesOf(redactedLog)) {
    if (!trimmed(line).empty()) lines.push_back(std::move(line));
  }
  std::string excerpt;
  for (std::size_t index = lines.size() > 5 ? lines.size() - 5 : 0; index < lines.size(); ++index) {
    excerpt += (excerpt.empty() ? "" : "; ") + lines[index];
  }
  std::size_t start = excerpt.size() > 1000 ? excerpt.size() - 1000 : 0;
  while (start < excerpt.size() && start > 0 && (excerpt[start] & '\xc0') == '\x80') ++start;
  return printableText(excerpt.substr(start));
}

}  // namespace dvdi
