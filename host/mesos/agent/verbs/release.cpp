#include "agent/error-report.hpp"
#include "agent/lifecycle.hpp"
#include "system/printable-text.hpp"

namespace dvdi {
namespace {

Error unclear(const std::string& got) {
  return usageError("it is not clear what to release", "DRIVER NAME, --all or --due; --forget with DRIVER NAME only",
                    got, "`dvdi-agent ls` shows the volumes, `dvdi-agent release --help` the options");
}

WhichVolumes choose(const CommandLine& line) {
  const auto& words = line.operands;
  if (words.size() == 1) throw unclear("a driver without a name");
  const int ways = (words.empty() ? 0 : 1) + (line.has("--all") ? 1 : 0) + (line.has("--due") ? 1 : 0);
  if (ways > 1) throw unclear("more than one of them");
  if (line.has("--forget") && words.empty()) throw unclear("--forget without a volume");
  if (!words.empty()) return std::vector<VolumeId>{{.driver = words[0], .name = words[1]}};
  if (line.has("--all")) return AllVolumes{};
  return DueVolumes{};
}

std::string titleOf(const VolumeId& volume) { return printableText(volume.driver + "/" + volume.name); }

/** What stands in the way of a volume that was named. */
void requireFree(const VolumeId& volume, bool isKnown, bool isUsed) {
  if (!isKnown) {
    throw Error("cli-unknown-volume", "the ledger has no such volume",
                {.expected = "the driver and the name of a volume that `dvdi ls` shows",
                 .got = titleOf(volume),
                 .advice = "it may be released already; check --state-dir"});
  }
  if (isUsed) {
    throw Error("cli-volume-in-use", "the volume is in use",
                {.expected = "a volume that no container claims",
                 .got = titleOf(volume),
                 .advice = "`dvdi ls --containers` shows who uses it; clean that container up, or `dvdi recover`"});
  }
}

Json idOf(const VolumeId& volume) { return {{"driver", volume.driver}, {"name", volume.name}}; }

Outcome forget(Isolator& isolator, const VolumeId& volume) {
  const Forgotten outcome = isolator.forgetVolume(volume);
  requireFree(volume, outcome != Forgotten::notKnown, outcome == Forgotten::inUse);
  return {{{"volume", idOf(volume)}, {"outcome", "forgotten"}}};
}

Outcome releaseAll(Isolator& isolator, const WhichVolumes& which) {
  Json rows = Json::array();
  bool hasFailed = false;
  for (const Release& release : isolator.releaseVolumes(which)) {
    hasFailed = hasFailed || release.outcome == Release::Outcome::failed;
    if (std::holds_alternative<std::vector<VolumeId>>(which)) {
      requireFree(release.volume, release.outcome != Release::Outcome::notKnown,
                  release.outcome == Release::Outcome::inUse);
    }
    rows.push_back({{"volume", idOf(release.volume)},
                    {"outcome", textOf(release.outcome)},
                    {"error", release.error.has_value() ? reportError(*release.error) : Json()}});
  }
  return {{{"releases", std::move(rows)}}, hasFailed ? ExitCode::uncleaned : ExitCode::ok};
}

Outcome execute(const CommandLine& line) {
  const WhichVolumes which = choose(line);
  return withIsolator(line, [&](LifecycleSession& session) {
    const auto* named = std::get_if<std::vector<VolumeId>>(&which);
    if (named != nullptr && line.has("--forget")) return forget(session.isolator(), named->front());
    return releaseAll(session.isolator(), which);
  });
}

}  // namespace

const Verb releaseVerb{
    .rule = {.verb = "release",
             .operands = {},
             .optionalOperands = {"driver", "name"},
             .options = lifecycleOptions(
                 {{"--due", "", "those whose next try is due (the default)"},
                  {"--all", "", "all that no container uses, whether due or not"},
                  {"--forget", "", "drop the one volume from the ledger and leave it as it is: it may stay mounted"}})},
    .title = "try again to release volumes that no container uses, after a release failed",
    .execute = execute};

}  // namespace dvdi
