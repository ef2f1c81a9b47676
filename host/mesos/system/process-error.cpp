#include "system/process-error.hpp"

#include <csignal>
#include <cstring>
#include <utility>

#include "system/printable-text.hpp"

namespace dvdi {

namespace {

const char* codeOf(ProcessFault fault) {
  switch (fault) {
    case ProcessFault::start:
      return "process-start";
    case ProcessFault::timeout:
      return "process-timeout";
    case ProcessFault::cancelled:
      return "process-cancelled";
    case ProcessFault::output:
      return "process-output";
    case ProcessFault::signal:
      return "process-signal";
    case ProcessFault::exit:
      break;
  }
  return "process-exit";
}

std::string messageOf(const ProcessFailure& failure) {
  const std::string who = inQuotes(failure.executable);
  switch (failure.fault) {
    case ProcessFault::start:
      return who + " could not be started (" + errnoName(failure.number) +
             "): expected an executable file at this path";
    case ProcessFault::timeout:
      return who + " was ended: expected it to finish within " + std::to_string(failure.timeout.count()) + " ms";
    case ProcessFault::cancelled:
      return who + " was ended because the caller gave up after " + std::to_string(failure.duration.count()) + " ms";
    case ProcessFault::output:
      return who + " was ended: expected at most " + std::to_string(failure.outputMaxBytes) +
             " bytes on stdout, got more";
    case ProcessFault::signal:
      return who + " was ended by " + signalName(failure.signal.value_or(0)) + ": expected it to exit by itself";
    case ProcessFault::exit:
      break;
  }
  return who + " exited with " + std::to_string(failure.exitCode.value_or(-1)) + ": expected 0";
}

}  // namespace

ProcessError::ProcessError(ProcessFailure failure)
    : Error(codeOf(failure.fault), messageOf(failure)), failure_(std::move(failure)) {}

std::string signalName(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : std::string("SIG") + name;
}

}  // namespace dvdi
