#include "module/module-host.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

#include "documents/json.hpp"
#include "support/isolator-test.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;

/** The module as an agent has it, but for Mesos: the real core, a real ledger, a dvdcli that mounts a tmpfs. */
class ModuleHostTest : public test::IsolatorTest {
 protected:
  void SetUp() override {
    test::IsolatorTest::SetUp();
    policy_ = directory() + "/policy.json";
    write(R"({"containerPaths":["/tmp"]})");
  }

  void write(const std::string& text) const {
    std::ofstream(policy_) << text;
    ASSERT_EQ(::chmod(policy_.c_str(), 0644), 0);
  }

  std::unique_ptr<ModuleHost> create(ModuleParameters parameters = {}) {
    parameters.emplace_back("state_dir", directory() + "/module");
    parameters.emplace_back("policy", policy_);
    parameters.emplace_back("dvdcli", dvdcli());
    return ModuleHost::create(
        parameters, [this](ModuleLogLevel, const std::string& line) { lines_.push_back(line); }, &error_);
  }

  std::string contain(const std::vector<std::string>& names) const {
    Json variables = Json::array();
    const Json environment = parseJson(documentFor(names));
    for (const auto& [name, value] : environment.items()) variables.push_back({{"name", name}, {"value", value}});
    return toJsonText({{"container_id", {{"value", "web"}}},
                       {"container_config",
                        {{"directory", "/tmp"}, {"command_info", {{"environment", {{"variables", variables}}}}}}}});
  }

  static std::pair<std::string, ModuleLaunch> prepare(ModuleHost& host, const std::string& document) {
    std::promise<std::pair<std::string, ModuleLaunch>> answer;
    host.prepare("web", document, [&answer](const std::string& error, const ModuleLaunch& launch) {
      answer.set_value({error, launch});
    });
    return answer.get_future().get();
  }

  template <typename Begin>
  static std::string errorOf(Begin begin) {
    std::promise<std::string> answer;
    begin([&answer](const std::string& error) { answer.set_value(error); });
    return answer.get_future().get();
  }

  bool hasLine(const std::string& part) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }

  std::string policy_;
  std::string error_;
  std::vector<std::string> lines_;
};

TEST_F(ModuleHostTest, MountsWhatATaskAsksForAndReleasesIt) {
  auto host = create();
  ASSERT_NE(host, nullptr) << error_;
  EXPECT_TRUE(hasLine("dvdi: module-started "));
  const auto [error, launch] = prepare(*host, contain({"data"}));
  ASSERT_EQ(error, "");
  EXPECT_TRUE(launch.newMountNamespace);
  ASSERT_EQ(launch.binds.size(), 1U);
  EXPECT_EQ(launch.binds[0].source, volume("data"));
  EXPECT_EQ(launch.binds[0].target, tmp_ + "/data");
  EXPECT_TRUE(launch.binds[0].recursive);
  EXPECT_FALSE(launch.commands.empty());
  EXPECT_TRUE(isMounted("data"));
  EXPECT_EQ(errorOf([&](auto done) { host->cleanup("web", done); }), "");
  EXPECT_FALSE(isMounted("data"));
  EXPECT_EQ(errorOf([&](auto done) { host->cleanup("never.heard.of", done); }), "");
}

TEST_F(ModuleHostTest, AsksForNothingWhenNothingIsAskedFor) {
  const auto host = create();
  ASSERT_NE(host, nullptr) << error_;
  const auto [error, launch] = prepare(*host, contain({}));
  EXPECT_EQ(error, "");
  EXPECT_FALSE(launch.newMountNamespace);
}

TEST_F(ModuleHostTest, SaysWhyATaskFails) {
  const auto host = create();
  ASSERT_NE(host, nullptr) << error_;
  failBy("mount", "data", "echo 'no such platform' >&2; exit 1");
  const auto [error, launch] = prepare(*host, contain({"data"}));
  EXPECT_NE(error.find("no such platform"), std::string::npos) << error;
  EXPECT_FALSE(launch.newMountNamespace);
  EXPECT_FALSE(isMounted("data"));
}

TEST_F(ModuleHostTest, RecoversAfterAnAgentThatDied) {
  ASSERT_EQ(prepare(*create(), contain({"data"})).first, "");
  auto host = create();
  ASSERT_NE(host, nullptr) << error_;
  EXPECT_EQ(errorOf([&](auto done) { host->recover({"web"}, {}, done); }), "");
  EXPECT_TRUE(isMounted("data"));
  EXPECT_EQ(errorOf([&](auto done) { host->recover({}, {"web"}, done); }), "");
  EXPECT_TRUE(isMounted("data"));
  EXPECT_EQ(errorOf([&](auto done) { host->recover({}, {}, done); }), "");
  EXPECT_FALSE(isMounted("data"));
}

TEST_F(ModuleHostTest, RefusesAPolicyThatTheCoreRefuses) {
  write(R"({"strickt":true})");
  EXPECT_EQ(create(), nullptr);
  EXPECT_NE(error_.find("the policy was refused: "), std::string::npos) << error_;
  EXPECT_TRUE(hasLine("dvdi: module-refused "));
}

TEST_F(ModuleHostTest, RefusesAPolicyThatOthersCanWrite) {
  ASSERT_EQ(::chmod(policy_.c_str(), 0666), 0);
  EXPECT_EQ(create(), nullptr);
  EXPECT_NE(error_.find("[module-policy]"), std::string::npos) << error_;
}

TEST_F(ModuleHostTest, RefusesADvdcliBesideAPolicyThatNamesOne) {
  write(R"({"dvdcliPaths":["/usr/bin/dvdcli"]})");
  EXPECT_EQ(create(), nullptr);
  EXPECT_NE(error_.find("[module-parameter]"), std::string::npos) << error_;
}

TEST_F(ModuleHostTest, ToleratesAParameterOfTheOriginal) {
  EXPECT_NE(create({{"isolator_command", "emccode/dvdi_isolator"}}), nullptr) << error_;
  EXPECT_TRUE(hasLine("dvdi: parameter-ignored "));
}

}  // namespace
}  // namespace dvdi
