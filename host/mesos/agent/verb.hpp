#pragma once

#include <string>
#include <string_view>

#include "agent/command-line.hpp"
#include "agent/exit-codes.hpp"
#include "documents/json.hpp"

namespace dvdi {

/** What a verb answers: one JSON document for stdout, and the exit code. */
struct Outcome {
  Json document;
  ExitCode exitCode = ExitCode::ok;
};

/** One verb of `dvdi-agent`. */
struct Verb {
  CommandRule rule;
  /** For the help. */
  std::string_view title;
  /** @throws Error */
  Outcome (*execute)(const CommandLine& line);
};

/** Verbs that read a document have these options. */
[[nodiscard]] std::vector<OptionRule> documentOptions();

/** For scripts that are written for `dvdi`: dvdi-agent prints JSON anyway. */
inline constexpr OptionRule jsonOption{"--json", "", "accepted, for the sake of dvdi: JSON is all that is printed"};

extern const Verb prepareVerb;
extern const Verb cleanupVerb;
extern const Verb recoverVerb;
extern const Verb planVerb;
extern const Verb inspectVerb;
extern const Verb admitVerb;
extern const Verb lsVerb;
extern const Verb releaseVerb;
extern const Verb doctorVerb;
extern const Verb describeVerb;
extern const Verb versionVerb;

}  // namespace dvdi
