// One process of several on a ledger, the counterpart in C++ of test/support/ledger-process.ts, with the same jobs and
// answers: dvdi-ledger-process STATE_DIRECTORY JOB [ARGUMENT].
//
// `count N`: N times under one hold adds one to a number that is read before and written after; then says how often.
// `hold NAME`: says `{"holder": …}` once it holds the name and keeps it for ever. `prepare N`: N containers that claim
// volumes all processes share, every second one forgotten again. `open`: opens the ledger and says how many volumes.

#include <unistd.h>

#include <cstdio>
#include <string>

#include "ledger/ledger.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;

Claim claimOf(const std::string& container, const std::string& name) {
  Claim claim;
  claim.container = container;
  claim.volume = {"rexray", name};
  return claim;
}

Json count(Ledger& ledger, const std::string& argument) {
  for (int round = 0; round < std::stoi(argument); ++round) {
    const Hold held = ledger.hold("counter", {60s});
    const int before = ledger.read([](LedgerReader& rows) {
      const auto containers = rows.containers();
      return containers.empty() ? 0 : std::stoi(containers.back().answer.value_or("0"));
    });
    ledger.change([&](LedgerWriter& rows) { rows.finish("counter", std::to_string(before + 1)); });
  }
  return std::stoi(argument);
}

Json prepare(Ledger& ledger, const std::string& argument) {
  for (int round = 0; round < std::stoi(argument); ++round) {
    const std::string container = std::to_string(::getpid()) + "-" + std::to_string(round);
    ledger.change([&](LedgerWriter& rows) {
      rows.intend({container, "hash of " + container, std::nullopt},
                  {claimOf(container, "shared"), claimOf(container, "v" + std::to_string(round % 7))});
    });
    ledger.change([&](LedgerWriter& rows) {
      if (round % 2 == 0) {
        rows.forget(container);
      } else {
        rows.finish(container, "{}");
      }
    });
  }
  return std::stoi(argument);
}

void say(const Json& answer) {
  std::printf("%s\n", toJsonText(answer).c_str());
  std::fflush(stdout);
}

int run(const std::string& stateDirectory, const std::string& job, const std::string& argument) {
  Ledger ledger(stateDirectory);
  if (job == "count") say(count(ledger, argument));
  if (job == "prepare") say(prepare(ledger, argument));
  if (job == "open") {
    const auto volumes = ledger.read([](LedgerReader& rows) { return rows.volumes().size(); });
    say({{"damage", nullptr}, {"volumes", volumes}});
  }
  if (job == "hold") {
    const Hold held = ledger.hold(argument, {10s});
    say({{"holder", ledger.holder()}});
    for (;;) ::pause();
  }
  return 0;
}

}  // namespace
}  // namespace dvdi

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("expected STATE_DIRECTORY JOB [ARGUMENT]\n", stderr);
    return 2;
  }
  try {
    return dvdi::run(arguments[1], arguments[2], count > 3 ? arguments[3] : "");
  } catch (const dvdi::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code().c_str(), error.what());
    return 1;
  }
}
