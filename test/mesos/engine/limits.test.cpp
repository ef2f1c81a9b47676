// What a core may use, tried with cores that want more.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <limits>

#include "engine/core.hpp"
#include "support/hostile-core.hpp"

namespace {

using dvdi::Core;
using dvdi::CoreError;
using dvdi::CoreFailure;
using dvdi::CoreLimits;
using dvdi::CoreModule;

constexpr std::uint64_t fuelForEver = std::numeric_limits<std::int64_t>::max();

Core createCore(const HostileCore& hostile, const CoreLimits& limits = {}) {
  const std::string wasm = hostile.wasm();
  return Core(std::make_shared<const CoreModule>(dvdi::CoreImage{.wasm = wasm, .precompiled = {}}, limits));
}

/** The error of a call of inspect. */
CoreError failureOf(Core& core) {
  try {
    core.inspect(0, "{}");
  } catch (const CoreError& error) {
    return error;
  }
  ADD_FAILURE() << "expected a CoreError";
  return {"none", "none"};
}

/** The message of the `core-abi` that a core is refused with. */
std::string refusalOf(const HostileCore& hostile, const CoreLimits& limits = {}) {
  try {
    createCore(hostile, limits);
  } catch (const CoreError& error) {
    EXPECT_EQ(error.code(), "core-abi");
    return error.what();
  }
  ADD_FAILURE() << "expected a CoreError";
  return "";
}

using Handler = void (*)(int);

/** The handlers that a sanitizer has installed, or none: read before any core is there. */
std::array<Handler, NSIG> readHandlers() {
  std::array<Handler, NSIG> handlers{};
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0) handlers.at(static_cast<std::size_t>(signal)) = action.sa_handler;
  }
  return handlers;
}

const std::array<Handler, NSIG> handlersAtStart = readHandlers();

Handler handlerBefore(int signal) { return handlersAtStart.at(static_cast<std::size_t>(signal)); }

TEST(Limits, ACoreThatKeepsToThemAnswers) {
  Core core = createCore(HostileCore());
  EXPECT_EQ(core.inspect(0, "{}"), HostileCore::answerText);
}

TEST(Limits, EndsAnEndlessLoopByTheClock) {
  Core core = createCore(HostileCore().body("inspect", HostileCore::loopForEver()),
                         {.deadline = std::chrono::milliseconds(60), .fuel = fuelForEver});
  const auto begin = std::chrono::steady_clock::now();
  const CoreError error = failureOf(core);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(error.code(), "core-fault");
  EXPECT_EQ(error.failure(), CoreFailure::deadline);
  EXPECT_STREQ(error.what(), "the core failed: expected an answer within 60 ms");
  EXPECT_GE(took, std::chrono::milliseconds(50));
  EXPECT_LT(took, std::chrono::seconds(5));
  EXPECT_EQ(core.prepare("{}", "{}"), HostileCore::answerText);
}

TEST(Limits, EndsAnEndlessLoopByItsFuelWhateverTheClock) {
  Core core = createCore(HostileCore().body("inspect", HostileCore::loopForEver()),
                         {.deadline = std::chrono::hours(1), .fuel = 1'000'000});
  const CoreError error = failureOf(core);
  EXPECT_EQ(error.failure(), CoreFailure::fuel);
  EXPECT_STREQ(error.what(), "the core failed: expected an answer with 1000000 instructions at most");
  EXPECT_EQ(core.prepare("{}", "{}"), HostileCore::answerText);
}

TEST(Limits, GivesNoMoreMemoryThanAllowed) {
  constexpr std::int64_t pageBytes = 65536;
  for (const std::int64_t pages : {1, 16, 512}) {
    Core core = createCore(HostileCore().body("inspect", HostileCore::growAndAnswerWithPages()),
                           {.memoryMaxBytes = pages * pageBytes});
    EXPECT_EQ(core.inspect(0, "{}").size(), static_cast<std::size_t>(pages));
  }
  EXPECT_NE(refusalOf(HostileCore().memoryPages(513)).find("expected a core that starts"), std::string::npos);
}

TEST(Limits, EndsARecursion) {
  constexpr std::uint32_t prepareIndex = 6;
  Core core = createCore(HostileCore().body("prepare", HostileCore::recurse(prepareIndex)));
  try {
    core.prepare("{}", "{}");
    FAIL() << "expected a CoreError";
  } catch (const CoreError& error) {
    EXPECT_EQ(error.failure(), CoreFailure::trap);
  }
  EXPECT_EQ(core.inspect(0, "{}"), HostileCore::answerText);
}

TEST(Limits, ReportsATrapWithTheCoresFault) {
  Core core = createCore(HostileCore().body("inspect", HostileCore::trap()));
  const CoreError error = failureOf(core);
  EXPECT_STREQ(error.what(), "the core failed: was asked to (hostile.ts:7:3)");
  EXPECT_EQ(error.fault().line, 7);
}

TEST(Limits, ReportsATrapWhoseFaultCannotBeTold) {
  const HostileCore::Body outside = HostileCore::result(65530, 100);
  for (const HostileCore::Body& fault : {HostileCore::trap(), HostileCore::loopForEver(), outside}) {
    Core core = createCore(HostileCore().body("inspect", HostileCore::trap()).body("fault", fault),
                           {.deadline = std::chrono::milliseconds(60)});
    const CoreError error = failureOf(core);
    EXPECT_EQ(error.fault().message, std::nullopt);
    EXPECT_TRUE(std::string(error.what()).starts_with("the core failed: wasm trap: ")) << error.what();
  }
}

TEST(Limits, TakesNoAnswerFromOutsideOfTheMemory) {
  const auto past = HostileCore::result(65530, 100);
  const auto everywhere = HostileCore::result(0xffffffff, 0xffffffff);
  for (const HostileCore::Body& answer : {past, everywhere}) {
    Core core = createCore(HostileCore().body("inspect", answer));
    EXPECT_EQ(failureOf(core).failure(), CoreFailure::answer);
  }
}

TEST(Limits, WritesNoRequestOutsideOfTheMemory) {
  // A page is all there is: the request of no bytes to configure fits at its end, the one to inspect does not.
  Core core = createCore(HostileCore().body("allocate", HostileCore::constant32(65535)));
  EXPECT_EQ(failureOf(core).failure(), CoreFailure::answer);
  Core negative = createCore(HostileCore());
  EXPECT_EQ(negative.inspect(0, std::string(65536 - 4096, ' ')), HostileCore::answerText);
}

TEST(Limits, TakesNoConfigurationWithoutAVerdict) {
  const HostileCore hostile = HostileCore().body("configure", HostileCore::result(0, 8));
  try {
    createCore(hostile);
    FAIL() << "expected a CoreError";
  } catch (const CoreError& error) {
    EXPECT_EQ(error.failure(), CoreFailure::answer);
  }
}

// The agent has handlers of its own, and a guest must not be in their way (docs/native.md).
TEST(Guest, InstallsNoSignalHandlers) {
  Core core = createCore(HostileCore().body("inspect", HostileCore::trap()));
  failureOf(core);
  for (const int signal : {SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP}) {
    struct sigaction action {};
    ASSERT_EQ(sigaction(signal, nullptr, &action), 0);
    EXPECT_EQ(action.sa_handler, handlerBefore(signal)) << signal;
  }
}

TEST(Interface, IsCheckedBeforeAnythingIsAsked) {
  EXPECT_EQ(refusalOf(HostileCore().importing()), "expected a core, which imports nothing");
  EXPECT_EQ(refusalOf(HostileCore().without("recover")),
            "expected a core, which exports recover as the ABI has it");
  EXPECT_EQ(refusalOf(HostileCore().body("abi", HostileCore::constant32(2 << 16))),
            "expected a core of ABI 1, got ABI 2");
  EXPECT_EQ(refusalOf(HostileCore().body("abi", HostileCore::trap())).substr(0, 34),
            "expected a core that says its ABI:");
  EXPECT_EQ(refusalOf(HostileCore().body("abi", HostileCore::trap()).starting()).substr(0, 27),
            "expected a core that starts");
}

TEST(Interface, IsWebAssembly) {
  EXPECT_THROW(CoreModule({.wasm = "", .precompiled = {}}), CoreError);
  EXPECT_THROW(CoreModule({.wasm = "no wasm", .precompiled = {}}), CoreError);
}

}  // namespace
