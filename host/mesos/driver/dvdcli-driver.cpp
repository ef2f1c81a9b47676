#include "driver/dvdcli-driver.hpp"

#include <algorithm>
#include <utility>

#include "system/printable-text.hpp"
#include "system/redaction.hpp"

namespace dvdi {

namespace {

using std::chrono::milliseconds;

/** A path is at most 4 KiB; what prints more is not answering. */
constexpr std::size_t outputMaxBytes = 64UL * 1024;

/** Ten thousand volumes with the longest names that Docker's own drivers take. */
constexpr std::size_t listMaxBytes = 4UL * 1024 * 1024;

DriverFault faultOf(ProcessFault fault) {
  switch (fault) {
    case ProcessFault::start:
      return DriverFault::missing;
    case ProcessFault::timeout:
    case ProcessFault::cancelled:
      return DriverFault::timeout;
    case ProcessFault::output:
      return DriverFault::answer;
    case ProcessFault::signal:
      return DriverFault::crashed;
    case ProcessFault::exit:
      break;
  }
  return DriverFault::refused;
}

/** What is left of a time limit. */
class Budget {
 public:
  explicit Budget(milliseconds limit) : end_(std::chrono::steady_clock::now() + limit) {}

  [[nodiscard]] milliseconds left() const {
    const auto now = std::chrono::steady_clock::now();
    return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(end_ - now));
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

/** dvdcli says that the command failed by 1, the original for whatever reason. */
class ExitedWithOne : public DriverError {
 public:
  using DriverError::DriverError;
};

}  // namespace

/** One use of the executable, as its errors describe it. */
struct DvdcliDriver::Use {
  const VolumeCall& call;
  const VolumeOptions& options;
  const char* operation;
  /** False for a use that cannot touch a volume. */
  bool changes;

  [[nodiscard]] std::string text(const std::string& reason) const {
    return std::string(operation) + " of volume \"" + printableText(call.volume.name) + "\" by driver \"" +
           printableText(call.volume.driver) + "\": " + Redactor(toJson(options)).text(reason);
  }

  [[nodiscard]] std::string withLog(const std::string& reason, const std::string& log) const {
    const std::string excerpt = logExcerpt(Redactor(toJson(options)).text(log));
    return text(reason + (excerpt.empty() ? "" : "; it says: " + excerpt));
  }
};

DvdcliDriver::DvdcliDriver(std::string executable, DvdcliOptions options)
    : executable_(std::move(executable)), options_(std::move(options)) {}

std::string DvdcliDriver::mount(const MountCall& call) {
  const Budget budget(call.timeout);
  const std::vector<std::string> arguments = mountArguments(call, syntaxFor(call));
  const Use use{call, call.options, "mount", true};
  const RunResult result = execute(arguments, use, budget.left(), outputMaxBytes);
  Read<std::string> read = readMountOutput(result.stdoutBytes);
  if (read.fault) failByAnswer(*read.fault, result.stderrHead, use);
  return read.value;
}

void DvdcliDriver::unmount(const VolumeCall& call) {
  const VolumeOptions none;
  const Use use{call, none, "unmount", true};
  const RunResult result = execute(unmountArguments(call), use, call.timeout, outputMaxBytes);
  if (const auto fault = unmountOutputFault(result.stdoutBytes)) failByAnswer(*fault, result.stderrHead, use);
}

std::optional<std::string> DvdcliDriver::mountpointOf(const VolumeCall& call) {
  const Budget budget(call.timeout);
  const VolumeOptions none;
  const Use use{call, none, "mountpointOf", false};
  try {
    const RunResult result = execute(pathArguments(call), use, call.timeout, outputMaxBytes);
    Read<std::optional<std::string>> read = readPathOutput(result.stdoutBytes);
    if (read.fault) failByAnswer(*read.fault, result.stderrHead, use);
    return read.value;
  } catch (const ExitedWithOne&) {
    // An exit code does not tell a missing volume from storage out of reach; a list without the volume does.
    if (isUnlisted(call, budget.left())) return std::nullopt;
    throw;
  }
}

RunResult DvdcliDriver::execute(const std::vector<std::string>& arguments, const Use& use, milliseconds timeout,
                                std::size_t maxBytes) const {
  if (use.call.stop.stop_requested()) {
    throw DriverError(DriverFault::timeout, use.text("the caller gave up before it began"), false);
  }
  RunOptions options{std::max(milliseconds(1), timeout)};
  options.outputMaxBytes = maxBytes;
  options.environment = options_.environment;
  if (options_.markOf) options.environment.push_back(options_.markOf(use.call.volume));
  options.stop = use.call.stop;
  options.grace = options_.grace;
  try {
    return run(executable_, arguments, options);
  } catch (const ProcessError& error) {
    failByRun(error, use);
  }
}

OptionSyntax DvdcliDriver::syntaxFor(const MountCall& call) const {
  // Who the executable is matters only to such an option.
  if (std::none_of(call.options.begin(), call.options.end(), needsQuotes)) return OptionSyntax::plain;
  const Use use{call, call.options, "mount", false};
  const auto lines = linesOf(execute({"version"}, use, call.timeout, outputMaxBytes).stdoutBytes);
  const bool isOwn = std::find(lines.begin(), lines.end(), ownVersionLine) != lines.end();
  return isOwn ? OptionSyntax::quoted : OptionSyntax::plain;
}

bool DvdcliDriver::isUnlisted(const VolumeCall& call, milliseconds timeout) const {
  const VolumeOptions none;
  const Use use{call, none, "mountpointOf", false};
  const RunResult result = execute(listArguments(call), use, timeout, listMaxBytes);
  const auto read = readListOutput(result.stdoutBytes);
  if (read.fault) failByAnswer(*read.fault, result.stderrHead, use);
  return std::find(read.value.begin(), read.value.end(), printableText(call.volume.name)) == read.value.end();
}

/** Once the executable runs, it may have acted: no exit code says how far it came. */
void DvdcliDriver::failByRun(const ProcessError& error, const Use& use) const {
  const ProcessFailure& failure = error.failure();
  const std::string message = use.withLog(printableText(error.what()), failure.stderrHead);
  const bool isUncertain = use.changes && failure.fault != ProcessFault::start;
  // The output that the process left behind may hold a secret.
  const auto isSecret = [](const VolumeOption& option) { return option.isSecret; };
  std::vector<Error> causes;
  if (std::none_of(use.options.begin(), use.options.end(), isSecret)) causes.push_back(error);
  if (failure.exitCode == 1 && failure.fault == ProcessFault::exit) {
    throw ExitedWithOne(DriverFault::refused, message, isUncertain, causes);
  }
  throw DriverError(faultOf(failure.fault), message, isUncertain, causes);
}

void DvdcliDriver::failByAnswer(const std::string& fault, const std::string& log, const Use& use) const {
  const std::string reason = quotedPrintable(executable_) + " exited with 0, but: " + fault;
  throw DriverError(DriverFault::answer, use.withLog(reason, log), use.changes);
}

}  // namespace dvdi
