#include "ledger/holds.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "ledger/ledger.hpp"
#include "support/mount-guard.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;
using test::codeThrownBy;

class HoldsTest : public ::testing::Test {
 protected:
  static std::string codeOfTake(Ledger& ledger, const std::string& name, const HoldOptions& options) {
    return codeThrownBy([&] { const Hold held = ledger.hold(name, options); });
  }

  test::TemporaryDirectory directory_;
};

TEST_F(HoldsTest, OneAtATimeWithinALedgerAndBetweenThem) {
  Ledger one(directory_.path());
  Ledger other(directory_.path());
  {
    const Hold held = one.hold("volume a", {1s});
    EXPECT_EQ(codeOfTake(one, "volume a", {0ms}), "ledger-busy");
    EXPECT_EQ(codeOfTake(other, "volume a", {30ms}), "ledger-busy");
    EXPECT_EQ(codeOfTake(other, "volume b", {1s}), "nothing");
  }
  EXPECT_EQ(codeOfTake(other, "volume a", {1s}), "nothing");
}

TEST_F(HoldsTest, ManyThreadsNeverHoldAtOnce) {
  Ledger one(directory_.path());
  Ledger other(directory_.path());
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int index = 0; index < 8; ++index) {
      threads.emplace_back([&, index] {
        for (int round = 0; round < 10; ++round) {
          const Hold held = (index % 2 == 0 ? one : other).hold("volume a", {60s});
          most = std::max(most.load(), ++inside);
          --inside;
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
}

TEST_F(HoldsTest, GivesUpWhenTheCallerDoes) {
  Ledger ledger(directory_.path());
  Ledger other(directory_.path());
  const Hold held = ledger.hold("volume a", {1s});
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(codeOfTake(ledger, "volume a", {60s, stop.get_token()}), "cancelled");
  EXPECT_EQ(codeOfTake(other, "volume a", {60s, stop.get_token()}), "cancelled");
}

TEST_F(HoldsTest, TakesOverFromADeadProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    Ledger ledger(directory_.path());
    const Hold held = ledger.hold("volume a", {10s});
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  std::vector<std::string> told;
  Ledger ledger(directory_.path(), {[&](const DeadHold& dead) { told.push_back("end " + dead.name); },
                                    [&](const DeadHold& dead) {
                                      told.push_back("from " + std::to_string(dead.pid));
                                    }});
  EXPECT_EQ(codeOfTake(ledger, "volume a", {5s}), "nothing");
  EXPECT_EQ(told, (std::vector<std::string>{"end volume a", "from " + std::to_string(child)}));
}

TEST_F(HoldsTest, DoesNotTakeOverWhatCannotBeEnded) {
  {
    const pid_t child = ::fork();
    if (child == 0) {
      Ledger ledger(directory_.path());
      const Hold held = ledger.hold("volume a", {10s});
      ::raise(SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
  }
  const auto hang = [](const DeadHold&) { throw LedgerError("ledger-busy", "it hangs", ""); };
  Ledger ledger(directory_.path(), {hang, nullptr});
  EXPECT_EQ(codeOfTake(ledger, "volume a", {5s}), "ledger-busy");
  Ledger next(directory_.path());
  EXPECT_EQ(codeOfTake(next, "volume a", {5s}), "nothing");
}

}  // namespace
}  // namespace dvdi
