#include "engine/core.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "documents/json.hpp"
#include "engine/embedded-core.hpp"
#include "engine/sha256.hpp"

namespace {

using dvdi::Core;
using dvdi::CoreError;
using dvdi::CoreFailure;
using dvdi::CoreModule;
using dvdi::Json;
using dvdi::parseJson;

constexpr std::string_view document = R"({"DVDI_VOLUME_NAME":"testing","DVDI_VOLUME_DRIVER":"platform1"})";
constexpr std::string_view header = R"({"container":"web.1","kind":0,"ledger":{"volumes":[]}})";
/** A warning without it, an error with it: an attribute without its NAME. */
constexpr std::string_view strict = R"({"strict":true})";
constexpr std::string_view lonely = R"({"DVDI_VOLUME_DRIVER1":"platform1"})";

std::shared_ptr<const CoreModule> sharedModule() {
  static const auto module = std::make_shared<const CoreModule>(dvdi::embeddedCore());
  return module;
}

Core createCore() { return Core(sharedModule()); }

std::string verdictOf(const std::string& answer) { return parseJson(answer).at("verdict").get<std::string>(); }

TEST(Core, AnswersEveryCall) {
  Core core = createCore();
  EXPECT_EQ(verdictOf(core.configure("{}")), "allow");
  EXPECT_EQ(parseJson(core.describe()).at("name"), "mesos-module-dvdi");
  EXPECT_EQ(parseJson(core.inspect(0, document)).at("requests").size(), 1);
  EXPECT_EQ(verdictOf(core.admit(R"({"kind":0,"now":null})", document)), "allow");
  EXPECT_EQ(parseJson(core.prepare(header, document)).at("plan"), "prepare");
  const Json cleanup = parseJson(core.cleanup(R"({"container":"web.1","ledger":{"volumes":[],"directories":[]}})"));
  EXPECT_EQ(cleanup.at("plan"), "cleanup");
  const Json recover = parseJson(
      core.recover(R"({"boot":"b","running":[],"orphans":[],"ledger":{"containers":[],"volumes":[],"directories":[]},)"
                   R"("mounts":[]})"));
  EXPECT_EQ(recover.at("plan"), "recover");
  EXPECT_EQ(verdictOf(core.importCheckpoint("")), "allow");
  EXPECT_EQ(verdictOf(core.exportCheckpoint(R"({"rows":[]})")), "allow");
}

TEST(Core, GivesTheSameBytesForTheSameBytes) {
  Core core = createCore();
  const std::string first = core.prepare(header, document);
  const std::uint64_t fuel = core.fuelUsed();
  for (int round = 0; round < 100; ++round) {
    EXPECT_EQ(core.prepare(header, document), first);
    EXPECT_EQ(core.fuelUsed(), fuel);
  }
}

TEST(Core, KeepsAPolicyAndForgetsItOnRequest) {
  Core core = createCore();
  EXPECT_EQ(verdictOf(core.inspect(0, lonely)), "warn");
  EXPECT_EQ(verdictOf(core.configure(strict)), "allow");
  EXPECT_EQ(verdictOf(core.inspect(0, lonely)), "deny");
  EXPECT_EQ(core.policy(), strict);
  EXPECT_EQ(verdictOf(core.configure("{")), "deny");
  EXPECT_EQ(core.policy(), strict);
  EXPECT_EQ(verdictOf(core.inspect(0, lonely)), "deny");
  core.configure("");
  EXPECT_EQ(core.policy(), "");
  EXPECT_EQ(verdictOf(core.inspect(0, lonely)), "warn");
}

// A kind that does not exist is a mistake of the host, which the core asserts against (docs/abi/v1.md).
TEST(Core, ReportsATrapWithTheCoresOwnWordsAndGoesOnWithThePolicy) {
  Core core = createCore();
  core.configure(strict);
  try {
    core.inspect(4711, document);
    FAIL() << "expected a CoreError";
  } catch (const CoreError& error) {
    EXPECT_EQ(error.code(), "core-fault");
    EXPECT_EQ(error.failure(), CoreFailure::trap);
    ASSERT_TRUE(error.fault().message.has_value());
    EXPECT_TRUE(error.fault().file.value_or("").ends_with(".ts"));
    EXPECT_GT(error.fault().line.value_or(0), 0);
    EXPECT_TRUE(std::string(error.what()).starts_with("the core failed: " + *error.fault().message + " ("));
    EXPECT_EQ(error.requestHash(), dvdi::sha256(document));
  }
  EXPECT_EQ(verdictOf(core.inspect(0, lonely)), "deny");
}

TEST(Core, RefusesARequestThatIsTooLarge) {
  Core core = createCore();
  const Json limits = parseJson(core.describe()).at("limits");
  const auto sizeMax = limits.at("requestSizeMaxBytes").get<std::size_t>();
  EXPECT_EQ(verdictOf(core.inspect(0, std::string(sizeMax, ' '))), "deny");
  try {
    core.inspect(0, std::string(sizeMax + 1, ' '));
    FAIL() << "expected a CoreError";
  } catch (const CoreError& error) {
    EXPECT_EQ(error.code(), "core-request-too-large");
  }
  EXPECT_EQ(verdictOf(core.inspect(0, document)), "allow");
}

TEST(Core, ThreadsShareAModuleEachWithACoreOfItsOwn) {
  const std::string expected = createCore().prepare(header, document);
  std::vector<std::string> answers(4);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&answer] {
      Core core = createCore();
      for (int round = 0; round < 50; ++round) answer = core.prepare(header, document);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& answer : answers) EXPECT_EQ(answer, expected);
}

}  // namespace
