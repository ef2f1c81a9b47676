// dvdi-agent: what the Mesos module does, as a program.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "agent/error-report.hpp"
#include "agent/help.hpp"
#include "agent/nearest.hpp"
#include "agent/verb.hpp"
#include "system/printable-text.hpp"
#include "system/system-error.hpp"

namespace dvdi {
namespace {

/** All that there is, in the order of the help. */
constexpr std::array<const Verb*, 11> verbs{&prepareVerb, &cleanupVerb,  &recoverVerb, &planVerb,
                                            &inspectVerb, &admitVerb,    &lsVerb,      &releaseVerb,
                                            &doctorVerb,  &describeVerb, &versionVerb};

/** A reader that goes away early is no failure; anything else on our stdout is. */
void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EPIPE) {
      return;
    } else if (errno != EINTR) {
      throw Error("cli-output", "cannot write to standard output",
                  {.expected = "an output that takes all", .got = errnoName(errno), .advice = "make room for it"},
                  {systemError("write", errno)});
    }
  }
}

const Verb& findVerb(const std::string& word) {
  const auto hasName = [&](const Verb* verb) { return verb->rule.verb == word; };
  const auto* found = std::find_if(verbs.begin(), verbs.end(), hasName);
  if (found != verbs.end()) return **found;
  std::vector<std::string> names;
  for (const Verb* verb : verbs) names.emplace_back(verb->rule.verb);
  const std::vector<std::string> near = nearest(word, names);
  const std::string perhaps = near.empty() ? "" : "perhaps " + near.front() + "; ";
  throw usageError("unknown command '" + word + "'", "a command", word,
                   perhaps + "`dvdi-agent --help` shows what there is");
}

bool isHelp(const std::string& word) { return word == "--help" || word == "-h"; }

ExitCode execute(const std::vector<std::string>& words) {
  if (words.empty()) {
    std::fputs(programHelp(verbs).c_str(), stderr);
    return ExitCode::usage;
  }
  if (isHelp(words.front()) || words.front() == "help") {
    print(words.size() == 2 && words.front() == "help" ? verbHelp(findVerb(words.back())) : programHelp(verbs));
    return ExitCode::ok;
  }
  const Verb& verb = findVerb(words.front() == "--version" ? "version" : words.front());
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (std::any_of(rest.begin(), rest.end(), isHelp)) {
    print(verbHelp(verb));
    return ExitCode::ok;
  }
  const Outcome outcome = verb.execute(parseCommandLine(verb.rule, rest));
  print(escapeUnprintable(toJsonText(outcome.document)) + "\n");
  return outcome.exitCode;
}

/** The whole program: what fails is printed as `{"error": …}`. */
ExitCode run(const std::vector<std::string>& words) {
  try {
    return execute(words);
  } catch (...) {
    const Error error = caughtError();
    const Json report{{"error", reportError(error)}};
    try {
      print(escapeUnprintable(toJsonText(report)) + "\n");
    } catch (const Error&) {
      std::fprintf(stderr, "%s\n", escapeUnprintable(toJsonText(report)).c_str());
    }
    return exitCodeOf(error);
  }
}

}  // namespace
}  // namespace dvdi

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(dvdi::run({words + 1, words + count}));
}
