#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "driver/plugin-driver.hpp"
#include "support/mount-guard.hpp"
#include "support/plugin-server.hpp"
#include "support/temporary-directory.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;
using test::codeThrownBy;
using test::PluginServer;

class PluginTest : public ::testing::Test {
 protected:
  PluginDriver driver(bool mayWait = false) {
    PluginDriverOptions options;
    options.directories = {{directory_.path()}, {directory_.path()}};
    options.mayWait = mayWait;
    options.machine = "machine";
    return PluginDriver(std::move(options));
  }

  [[nodiscard]] std::string socket() const { return directory_.at("rexray.sock"); }

  static MountCall callFor(const std::string& name = "data") {
    MountCall call;
    call.volume = {"rexray", name};
    call.timeout = 3s;
    return call;
  }

  /** How a mount fails: its code, and whether the outcome is unknown. */
  std::pair<std::string, bool> failureOfMount(const PluginServer::Answer& answer, const MountCall& call = callFor()) {
    const PluginServer server(socket(), answer);
    std::pair<std::string, bool> found{"nothing", false};
    try {
      driver().mount(call);
    } catch (const DriverError& error) {
      found = {error.code(), error.isUncertain()};
    }
    std::filesystem::remove(socket());
    return found;
  }

  test::TemporaryDirectory directory_;
};

/** Knows the volume, and mounts it as `mount` answers. */
PluginServer::Answer mounting(const std::string& mount) {
  return [mount](const std::string& method, const std::string&) {
    return method == "VolumeDriver.Mount" ? mount : PluginServer::json(R"({"Volume":{"Name":"data"}})");
  };
}

TEST_F(PluginTest, MountsWithOneIdForVolumeAndMachine) {
  PluginServer server(socket(), mounting(PluginServer::json(R"({"mountpoint":"/mnt/data","Err":""})")));
  EXPECT_EQ(driver().mount(callFor()), "/mnt/data");
  driver().unmount(callFor());
  const std::string id = pluginMountId("machine", {"rexray", "data"});
  EXPECT_EQ(id.size(), 64U);
  EXPECT_EQ(server.calls(), (std::vector<std::string>{
                                R"(VolumeDriver.Get {"Name":"data"})",
                                R"(VolumeDriver.Mount {"Name":"data","ID":")" + id + R"("})",
                                R"(VolumeDriver.Unmount {"Name":"data","ID":")" + id + R"("})",
                            }));
}

TEST_F(PluginTest, CreatesOnlyWhatListDoesNotKnow) {
  PluginServer server(socket(), [](const std::string& method, const std::string&) {
    if (method == "VolumeDriver.Get") return PluginServer::json(R"({"Err":"no such volume"})");
    if (method == "VolumeDriver.List") return PluginServer::json(R"({"Volumes":[{"Name":"other"}]})");
    return PluginServer::json(R"({"Mountpoint":"/mnt/data"})");
  });
  MountCall call = callFor();
  call.options = {{"size", "5", false}};
  EXPECT_EQ(driver().mount(call), "/mnt/data");
  EXPECT_EQ(server.calls()[2], R"(VolumeDriver.Create {"Name":"data","Opts":{"size":"5"}})");
  call.mayCreate = false;
  EXPECT_EQ(codeThrownBy([&] { driver().mount(call); }), "driver-refused");
  call.volume.name = "other";
  EXPECT_EQ(codeThrownBy([&] { driver().mount(call); }), "driver-refused") << "Get refused what List has";
}

TEST_F(PluginTest, TellsWhetherTheDriverMayHaveActed) {
  using Expected = std::pair<std::string, bool>;
  const auto json = [](const char* body, const char* status = "200 OK") { return PluginServer::json(body, status); };
  EXPECT_EQ(failureOfMount(mounting(json(R"({"Err":"busy"})"))), Expected("driver-refused", false));
  EXPECT_EQ(failureOfMount(mounting(json("oops", "500 No"))), Expected("driver-refused", true));
  EXPECT_EQ(failureOfMount(mounting(json("oops", "400 No"))), Expected("driver-refused", false));
  EXPECT_EQ(failureOfMount(mounting(json("[1]"))), Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting(json("{"))), Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting(json("{}", "302 Found"))), Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting(json(R"({"Mountpoint":"relative"})"))), Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting("")), Expected("driver-crashed", true));
  EXPECT_EQ(failureOfMount(mounting("SSH-2.0-x\r\n")), Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting(json(std::string(answerMaxBytes + 1, ' ').c_str()))),
            Expected("driver-answer", true));
  EXPECT_EQ(failureOfMount(mounting(json((std::string(5000, '[') + std::string(5000, ']')).c_str()))),
            Expected("driver-answer", true));
}

TEST_F(PluginTest, KeepsItsTimeLimit) {
  std::stop_source over;
  MountCall call = callFor();
  call.timeout = 300ms;
  const PluginServer::Answer hang = [&](const std::string& method, const std::string&) {
    if (method != "VolumeDriver.Mount") return PluginServer::json(R"({"Volume":{"Name":"data"}})");
    std::this_thread::sleep_for(800ms);
    return std::string();
  };
  EXPECT_EQ(failureOfMount(hang, call), std::pair(std::string("driver-timeout"), true));
  over.request_stop();
  call.stop = over.get_token();
  EXPECT_EQ(failureOfMount(hang, call), std::pair(std::string("driver-timeout"), false));
}

TEST_F(PluginTest, SaysWhenNobodyIsThere) {
  EXPECT_EQ(codeThrownBy([&] { driver().mount(callFor()); }), "driver-missing");
  { const PluginServer gone(socket(), nullptr); }
  EXPECT_EQ(codeThrownBy([&] { driver().mount(callFor()); }), "driver-missing") << "a socket that nobody listens on";
}

TEST_F(PluginTest, WaitsForOneThatIsAboutToStart) {
  std::unique_ptr<PluginServer> server;
  std::jthread starter([&] {
    std::this_thread::sleep_for(200ms);
    server = std::make_unique<PluginServer>(socket(), mounting(PluginServer::json(R"({"Mountpoint":"/mnt/a"})")));
  });
  EXPECT_EQ(driver(true).mount(callFor()), "/mnt/a");
}

TEST_F(PluginTest, ReadsSpecifications) {
  const auto endpointIn = [&](const std::string& name, const std::string& text) {
    std::ofstream(directory_.at(name)) << text;
    const PluginEndpoint found = discoverPlugin("spec", {{}, {directory_.path()}});
    std::filesystem::remove(directory_.at(name));
    return describeEndpoint(found);
  };
  EXPECT_EQ(endpointIn("spec.spec", "unix:///run/a%20b.sock\n"), "unix:///run/a b.sock");
  EXPECT_EQ(endpointIn("spec.spec", "tcp://[::1]:99"), "tcp://[::1]:99");
  EXPECT_EQ(endpointIn("spec.json", R"({"addr":"https://host","TLSConfig":{"CAFile":"/ca.pem"}})"),
            "https://host:443");
  const auto codeOf = [&](const std::string& name, const std::string& text) {
    return codeThrownBy([&] { static_cast<void>(endpointIn(name, text)); });
  };
  for (const char* text : {"", "ftp://x", "tcp://host", "unix://relative", "tcp://host:1/path", "tcp://user@host:1",
                           "unix:///a%00b", "tcp://host:0", "tcp://host:70000"}) {
    EXPECT_EQ(codeOf("spec.spec", text), "driver-missing") << text;
  }
  for (const char* text : {"{", "[]", "{}", R"({"Addr":"tcp://a:1","TLSConfig":{"CAFile":"relative"}})"}) {
    EXPECT_EQ(codeOf("spec.json", text), "driver-missing") << text;
  }
}

TEST_F(PluginTest, KeepsNamesInOneComponent) {
  EXPECT_EQ(pluginFileName("rexray/ebs"), "rexray%2Febs");
  for (const char* name : {"", "..", "a/../b", "a\nb", "./a"}) {
    EXPECT_EQ(codeThrownBy([&] { static_cast<void>(pluginFileName(name)); }), "driver-missing") << name;
  }
}

TEST_F(PluginTest, FindsWhereAVolumeIs) {
  PluginServer server(socket(), [](const std::string& method, const std::string&) {
    if (method == "VolumeDriver.Path") return PluginServer::json(R"({"Mountpoint":"/mnt/path"})");
    if (method == "VolumeDriver.Get") return PluginServer::json("no", "404 Not Found");
    return PluginServer::json("no", "404 Not Found");
  });
  EXPECT_EQ(driver().mountpointOf(callFor()), "/mnt/path") << "a plugin without Get and List";
}

}  // namespace
}  // namespace dvdi
