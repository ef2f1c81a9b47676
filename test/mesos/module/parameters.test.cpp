#include "module/parameters.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "documents/json.hpp"
#include "support/mount-guard.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

class ParametersTest : public ::testing::Test {
 protected:
  std::string makePolicy(const std::string& text = "{}") const {
    std::ofstream(directory_.at("policy.json")) << text;
    EXPECT_EQ(::chmod(directory_.at("policy.json").c_str(), 0644), 0);
    return directory_.at("policy.json");
  }

  test::TemporaryDirectory directory_;
};

TEST_F(ParametersTest, HaveDefaults) {
  const ModuleSettings settings = readParameters({});
  EXPECT_EQ(settings.stateDirectory, "/var/run/mesos/isolators/mesos-module-dvdi");
  EXPECT_FALSE(settings.workDirectory.has_value());
  EXPECT_FALSE(settings.policyFile.has_value());
  EXPECT_FALSE(settings.dvdcli.has_value());
  EXPECT_FALSE(settings.hasIsolatorCommand);
}

TEST_F(ParametersTest, AreTaken) {
  const ModuleSettings settings = readParameters({{"work_dir", "/var/lib/mesos"},
                                                  {"policy", "/etc/dvdi/policy.json"},
                                                  {"state_dir", "/var/lib/dvdi"},
                                                  {"isolator_command", "emccode/dvdi_isolator"},
                                                  {"dvdcli", "/usr/bin/dvdcli"}});
  EXPECT_EQ(settings.stateDirectory, "/var/lib/dvdi");
  EXPECT_EQ(settings.workDirectory, "/var/lib/mesos");
  EXPECT_EQ(settings.policyFile, "/etc/dvdi/policy.json");
  EXPECT_EQ(settings.dvdcli, "/usr/bin/dvdcli");
  EXPECT_TRUE(settings.hasIsolatorCommand);
}

TEST_F(ParametersTest, AreRefusedWhenTheyCannotBeMeant) {
  EXPECT_EQ(codeThrownBy([] { (void)readParameters({{"polcy", "/etc/policy.json"}}); }), "module-parameter");
  EXPECT_EQ(codeThrownBy([] { (void)readParameters({{"policy", "policy.json"}}); }), "module-parameter");
  EXPECT_EQ(codeThrownBy([] { (void)readParameters({{"state_dir", ""}}); }), "module-parameter");
  EXPECT_EQ(codeThrownBy([] { (void)readParameters({{"dvdcli", "/a"}, {"dvdcli", "/b"}}); }), "module-parameter");
}

TEST_F(ParametersTest, NameAPolicyThatOnlyRootCanWrite) {
  const std::string policy = makePolicy("{\"strict\": true}");
  EXPECT_EQ(readPolicyFile(policy), "{\"strict\": true}");
  ASSERT_EQ(::chmod(policy.c_str(), 0664), 0);
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(policy); }), "module-policy");
  ASSERT_EQ(::chmod(policy.c_str(), 0644), 0);
  ASSERT_EQ(::chown(policy.c_str(), 1234, 0), 0);
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(policy); }), "module-policy");
}

TEST_F(ParametersTest, NameAPolicyThatIsAFile) {
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(directory_.at("absent")); }), "module-policy");
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(directory_.path()); }), "module-policy");
  const std::string fifo = directory_.at("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(fifo); }), "module-policy");
  const std::string large = makePolicy(std::string(5 * 1024 * 1024, ' '));
  EXPECT_EQ(codeThrownBy([&] { (void)readPolicyFile(large); }), "module-policy");
}

TEST_F(ParametersTest, PutADvdcliIntoThePolicy) {
  const Json alone{{"transport", "dvdcli"}, {"dvdcliPaths", {"/opt/dvdcli"}}};
  EXPECT_EQ(parseJson(policyWithDvdcli(std::nullopt, "/opt/dvdcli")), alone);
  const Json beside = parseJson(policyWithDvdcli("{\"strict\": true}", "/opt/dvdcli"));
  EXPECT_EQ(beside.at("strict"), true);
  EXPECT_EQ(beside.at("dvdcliPaths"), alone.at("dvdcliPaths"));
}

TEST_F(ParametersTest, DoNotContradictThePolicy) {
  for (const char* policy : {R"({"transport": "plugin"})", R"({"dvdcliPaths": ["/usr/bin/dvdcli"]})"}) {
    EXPECT_EQ(codeThrownBy([&] { (void)policyWithDvdcli(policy, "/opt/dvdcli"); }), "module-parameter");
  }
}

}  // namespace
}  // namespace dvdi
