#include <gtest/gtest.h>

#include "driver/dvdcli-driver.hpp"
#include "support/script-file.hpp"
#include "support/temporary-directory.hpp"
#include "system/text-file.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;

MountCall callFor(const VolumeOptions& options = {}) {
  MountCall call;
  call.volume = {"rexray", "data"};
  call.timeout = 5s;
  call.options = options;
  return call;
}

struct Failure {
  DriverFault fault;
  bool isUncertain;
  std::string text;
};

class DvdcliTest : public ::testing::Test {
 protected:
  DvdcliDriver driver(const std::string& lines) {
    return DvdcliDriver(test::writeScript(directory_.at("dvdcli" + std::to_string(++count_)), lines));
  }

  template <typename Act>
  static Failure failureOf(Act act) {
    try {
      act();
    } catch (const DriverError& error) {
      return {error.fault(), error.isUncertain(), error.what()};
    }
    ADD_FAILURE() << "expected a failure";
    return {};
  }

  Failure failureOfMount(const std::string& lines, const VolumeOptions& options = {}) {
    DvdcliDriver dvdcli = driver(lines);
    return failureOf([&] { dvdcli.mount(callFor(options)); });
  }

  test::TemporaryDirectory directory_;
  int count_ = 0;
};

TEST_F(DvdcliTest, PassesArgumentsAsDvdcliReadsThem) {
  DvdcliDriver dvdcli = driver("printf '%s\\n' \"$@\" > " + directory_.at("arguments") + "; echo /mnt/data");
  MountCall call = callFor({{"size", "1", false}, {"iops", "100", false}});
  call.mayCreate = false;
  EXPECT_EQ(dvdcli.mount(call), "/mnt/data");
  EXPECT_EQ(readTextFile(directory_.at("arguments")),
            "mount\n--volumedriver=rexray\n--volumename=data\n--volumeopts=size=1\n--volumeopts=iops=100\n"
            "--explicitcreate=true\n");
}

TEST_F(DvdcliTest, MarksItsProcess) {
  DvdcliOptions options;
  options.markOf = [](const VolumeId& volume) { return std::pair("DVDI_HOLD", "holder " + volume.name); };
  const std::string path = test::writeScript(directory_.at("marked"), "echo \"/mnt/$DVDI_HOLD\"");
  EXPECT_EQ(DvdcliDriver(path, options).mount(callFor()), "/mnt/holder data");
}

TEST_F(DvdcliTest, RefusesWhatIsNoAnswer) {
  for (const char* lines : {"true", "echo relative", "echo /", "printf '/mnt/a\\n/mnt/b\\n'", "echo 'Usage: dvdcli'",
                            "printf '/mnt/\\377\\n'", "echo /..", "printf '/mnt/a\\033[2J\\n'"}) {
    const Failure failure = failureOfMount(lines);
    EXPECT_EQ(failure.fault, DriverFault::answer) << lines;
    EXPECT_TRUE(failure.isUncertain) << lines;
  }
  DvdcliDriver dvdcli = driver("echo unmounted");
  EXPECT_EQ(failureOf([&] { dvdcli.unmount(callFor()); }).fault, DriverFault::answer);
}

TEST_F(DvdcliTest, TellsWhyItFailed) {
  const Failure refused = failureOfMount("echo 'no such volume' >&2; exit 3");
  EXPECT_EQ(refused.fault, DriverFault::refused);
  EXPECT_TRUE(refused.isUncertain);
  EXPECT_NE(refused.text.find("it says: no such volume"), std::string::npos) << refused.text;
  EXPECT_EQ(failureOfMount("kill -9 $$").fault, DriverFault::crashed);
  DvdcliDriver missing(directory_.at("none"));
  const Failure none = failureOf([&] { missing.mount(callFor()); });
  EXPECT_EQ(none.fault, DriverFault::missing);
  EXPECT_FALSE(none.isUncertain);
}

TEST_F(DvdcliTest, KeepsSecretsOutOfErrors) {
  const Failure failure = failureOfMount("echo \"bad option $4\" >&2; exit 1", {{"password", "hunter22", true}});
  EXPECT_EQ(failure.text.find("hunter22"), std::string::npos) << failure.text;
  EXPECT_NE(failure.text.find("***"), std::string::npos) << failure.text;
}

TEST_F(DvdcliTest, GivesQuotesOnlyToItsOwnDvdcli) {
  const VolumeOptions options = {{"o", "addr=1,rw", false}};
  EXPECT_FALSE(failureOfMount("echo 'Binary: dvdcli'", options).isUncertain);
  DvdcliDriver own = driver(
      "if [ \"$1\" = version ]; then echo 'Origin: mesos-module-dvdi'; else echo \"/mnt/$4\"; fi");
  EXPECT_EQ(own.mount(callFor(options)), "/mnt/--volumeopts=\"o=addr=1,rw\"");
}

TEST_F(DvdcliTest, AsksTheListWhenThePathIsRefused) {
  DvdcliDriver gone = driver("if [ \"$1\" = list ]; then echo other; else exit 1; fi");
  EXPECT_EQ(gone.mountpointOf(callFor()), std::nullopt);
  DvdcliDriver there = driver("if [ \"$1\" = list ]; then echo data; else exit 1; fi");
  EXPECT_EQ(failureOf([&] { static_cast<void>(there.mountpointOf(callFor())); }).fault, DriverFault::refused);
  EXPECT_EQ(driver("true").mountpointOf(callFor()), std::nullopt);
  EXPECT_EQ(driver("echo /mnt/x").mountpointOf(callFor()), "/mnt/x");
}

}  // namespace
}  // namespace dvdi
