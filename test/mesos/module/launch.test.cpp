#include "module/launch.hpp"

#include <gtest/gtest.h>

namespace dvdi {
namespace {

TEST(LaunchTest, HasThePathsOfTheMachine) {
  const ModuleLaunch launch = launchFrom(parseJson(
      R"({"newMountNamespace":true,"propagation":"slave","binds":[)"
      R"({"source":{"step":1,"path":"/mnt/a"},"target":{"within":null,"path":"/data"},"recursive":true,)"
      R"("readOnly":false},)"
      R"({"source":{"step":2,"path":"/mnt/b"},"target":{"within":"/rootfs","path":"/var/b"},"recursive":false,)"
      R"("readOnly":true}],)"
      R"("commands":[["/bin/mount","--make-rslave","/"],["/bin/mount","--rbind","/mnt/a","/data"]]})"));
  EXPECT_TRUE(launch.newMountNamespace);
  ASSERT_EQ(launch.binds.size(), 2U);
  EXPECT_EQ(launch.binds[0].source, "/mnt/a");
  EXPECT_EQ(launch.binds[0].target, "/data");
  EXPECT_TRUE(launch.binds[0].recursive);
  EXPECT_FALSE(launch.binds[0].readOnly);
  EXPECT_EQ(launch.binds[1].target, "/rootfs/var/b");
  EXPECT_FALSE(launch.binds[1].recursive);
  EXPECT_TRUE(launch.binds[1].readOnly);
  ASSERT_EQ(launch.commands.size(), 2U);
  EXPECT_EQ(launch.commands[1].back(), "/data");
}

TEST(LaunchTest, IsEmptyWithoutANamespace) {
  const ModuleLaunch launch = launchFrom(
      parseJson(R"({"newMountNamespace":false,"propagation":"slave","binds":[],"commands":[["/bin/mount"]]})"));
  EXPECT_FALSE(launch.newMountNamespace);
  EXPECT_TRUE(launch.binds.empty());
  EXPECT_TRUE(launch.commands.empty());
}

}  // namespace
}  // namespace dvdi
