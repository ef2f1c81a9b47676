#include "driver/mountpoint.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>

#include "support/mount-guard.hpp"

namespace dvdi {
namespace {

class MountpointTest : public test::MountTest {
 protected:
  static std::string codeOf(const std::string& answer, const std::vector<std::string>& roots = {}) {
    return test::codeThrownBy([&] { static_cast<void>(checkMountpoint(answer, roots)); });
  }
};

TEST_F(MountpointTest, TellsAMountFromADirectory) {
  const std::string mounted = mountTmpfs("mounted");
  EXPECT_TRUE(checkMountpoint(mounted, {}).isMount);
  EXPECT_FALSE(checkMountpoint(makeDirectory("mounted/data"), {}).isMount);
  ASSERT_EQ(::umount2(mounted.c_str(), 0), 0);
}

TEST_F(MountpointTest, RefusesPlacesOfTheKernelAndOutsideOfTheRoots) {
  for (const char* answer : {"/", "/proc/self", "/sys", "/dev/shm", "/a/../b", "relative", "/a//b"}) {
    EXPECT_EQ(codeOf(answer), "mountpoint-invalid") << answer;
  }
  std::filesystem::create_symlink("/proc", directory() + "/link");
  EXPECT_EQ(codeOf(directory() + "/link"), "mountpoint-invalid");
  EXPECT_EQ(codeOf(directory() + "/none"), "mountpoint-unusable");
  const std::string path = makeDirectory("roots/a");
  EXPECT_EQ(codeOf(path, {directory() + "/roots"}), "nothing");
  EXPECT_EQ(codeOf(path, {directory() + "/root", "/nowhere"}), "mountpoint-outside");
}

TEST_F(MountpointTest, NoticesAnotherDirectoryInItsPlace) {
  const Mountpoint checked = checkMountpoint(makeDirectory("a"), {});
  EXPECT_EQ(openMountpoint(checked).identity(), checked.identity);
  std::filesystem::rename(directory() + "/a", directory() + "/b");
  makeDirectory("a");
  EXPECT_EQ(test::codeThrownBy([&] { static_cast<void>(openMountpoint(checked)); }), "directory-replaced");
}

}  // namespace
}  // namespace dvdi
