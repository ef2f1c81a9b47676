#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/mount-guard.hpp"
#include "system/kernel-feature.hpp"
#include "system/mount-bind.hpp"
#include "system/mount-unmount.hpp"
#include "system/system-error.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

/** Every bind both by a copied tree and by mount(2). */
class BindTest : public test::MountTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    setFeature(KernelFeature::mountTree, GetParam());
    MountTest::SetUp();
  }
  void TearDown() override {
    MountTest::TearDown();
    setFeature(KernelFeature::mountTree, true);
  }

  static bool canWrite(const std::string& directory) {
    std::ofstream file(directory + "/probe");
    file << "x";
    file.close();
    return !file.fail();
  }

  static void unmount(const std::string& path) { ASSERT_EQ(::umount2(path.c_str(), 0), 0) << path; }
};

INSTANTIATE_TEST_SUITE_P(MountTree, BindTest, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "With" : "Without"; });

TEST_P(BindTest, ShowsTheSourceAtTheTarget) {
  const std::string source = mountTmpfs("source");
  const std::string target = makeDirectory("target");
  std::ofstream(source + "/file") << "x";
  bindDirectory({walk({FromRoot{}, source}), {directory(), "/target"}, true, false});
  EXPECT_TRUE(std::filesystem::exists(target + "/file"));
  EXPECT_TRUE(canWrite(target));
  unmount(target);
  unmount(source);
}

TEST_P(BindTest, NeverBindsOutsideWhileTheTargetIsSwappedForALink) {
  const std::string source = mountTmpfs("source");
  const std::string outside = makeDirectory("outside");
  const std::string target = makeDirectory("target");
  const std::string link = directory() + "/link";
  std::filesystem::create_symlink(outside, link);
  // Only a component that others may write beside is not followed: the attacker's own directory.
  ASSERT_EQ(::chmod(directory().c_str(), 0777), 0);
  std::jthread attacker([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) ::renameat2(AT_FDCWD, target.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  int bound = 0;
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string code = codeThrownBy(
        [&] { bindDirectory({walk({FromRoot{}, source}), {FromRoot{}, target}, true, round % 2 == 0}); });
    ++(code == "nothing" ? bound : refused);
    const MountTable table = readMountTable();
    EXPECT_EQ(table.at(outside), nullptr) << code;
    // The directory keeps the name that it had when it was mounted on: a mountpoint cannot be renamed.
    for (const std::string& name : {target, link}) {
      if (table.at(name) == nullptr) continue;
      ASSERT_EQ(::umount2(name.c_str(), UMOUNT_NOFOLLOW), 0) << name << ": " << errnoName(errno);
    }
  }
  attacker.request_stop();
  attacker.join();
  EXPECT_GT(bound, 0);
  EXPECT_GT(refused, 0);
  unmount(source);
}

TEST_P(BindTest, MakesTheWholeTreeReadOnly) {
  const std::string source = mountTmpfs("source");
  const std::string below = mountTmpfs("source/below");
  const std::string target = makeDirectory("target");
  bindDirectory({walk({FromRoot{}, source}), {FromRoot{}, target}, true, true});
  EXPECT_FALSE(canWrite(target));
  EXPECT_FALSE(canWrite(target + "/below"));
  EXPECT_TRUE(canWrite(below));
  unmount(target + "/below");
  unmount(target);
  unmount(below);
  unmount(source);
}

TEST_P(BindTest, LeavesWhatLiesBelowWhenItIsNotRecursive) {
  const std::string source = mountTmpfs("source");
  const std::string below = mountTmpfs("source/below");
  std::ofstream(below + "/file") << "x";
  const std::string target = makeDirectory("target");
  bindDirectory({walk({FromRoot{}, source}), {FromRoot{}, target}, false, true});
  EXPECT_FALSE(std::filesystem::exists(target + "/below/file"));
  unmount(target);
  unmount(below);
  unmount(source);
}

TEST_P(BindTest, RefusesALinkAsTarget) {
  const std::string source = makeDirectory("source");
  makeDirectory("elsewhere");
  std::filesystem::create_symlink("elsewhere", directory() + "/link");
  const Directory opened = walk({FromRoot{}, source});
  EXPECT_EQ(codeThrownBy([&] { bindDirectory({opened, {directory(), "/link"}, true, false}); }), "directory-link");
}

TEST_P(BindTest, BindsWhatWasOpenedWhateverBecomesOfItsName) {
  const std::string source = makeDirectory("source");
  std::ofstream(source + "/mine") << "x";
  const std::string target = makeDirectory("target");
  const Directory opened = walk({FromRoot{}, source});
  std::filesystem::rename(source, directory() + "/moved");
  std::filesystem::create_symlink("/etc", source);
  bindDirectory({opened, {FromRoot{}, target}, true, false});
  EXPECT_TRUE(std::filesystem::exists(target + "/mine"));
  unmount(target);
}

class UnmountTest : public test::MountTest {
 protected:
  static MountKey keyOf(const std::string& path) { return identifyMount(path).key; }
};

TEST_F(UnmountTest, TakesAwayExactlyTheMountThatIsMeant) {
  const std::string path = mountTmpfs("a");
  const MountKey lower = keyOf(path);
  ASSERT_TRUE(identifyMount(path).isRoot);
  ASSERT_EQ(::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=1m"), 0);
  EXPECT_EQ(unmountLayer(path, lower), UnmountOutcome::replaced);
  EXPECT_EQ(unmountLayer(path, keyOf(path)), UnmountOutcome::unmounted);
  EXPECT_EQ(unmountLayer(path, {lower.mountId, "9:9"}), UnmountOutcome::replaced);
  EXPECT_EQ(unmountLayer(path, lower), UnmountOutcome::unmounted);
  EXPECT_EQ(unmountLayer(path, lower), UnmountOutcome::missing);
  EXPECT_EQ(unmountLayer(directory() + "/none/x", lower), UnmountOutcome::missing);
}

TEST_F(UnmountTest, LeavesABusyMount) {
  const std::string path = mountTmpfs("a");
  const MountKey key = keyOf(path);
  {
    const Directory user = walk({FromRoot{}, path});
    EXPECT_EQ(codeThrownBy([&] { static_cast<void>(unmountLayer(path, key)); }), "mount-busy");
  }
  EXPECT_EQ(unmountLayer(path, key), UnmountOutcome::unmounted);
}

TEST_F(UnmountTest, RefusesAMountpointThatOthersCanSwap) {
  const std::string path = mountTmpfs("open/a");
  const MountKey key = keyOf(path);
  ASSERT_EQ(::chmod((directory() + "/open").c_str(), 0777), 0);
  EXPECT_EQ(codeThrownBy([&] { static_cast<void>(unmountLayer(path, key)); }), "mount-exposed");
  ASSERT_EQ(::chmod((directory() + "/open").c_str(), 0755), 0);
  EXPECT_EQ(unmountLayer(path, key), UnmountOutcome::unmounted);
}

TEST_F(UnmountTest, TellsADirectoryOnAMountFromItsRoot) {
  const std::string path = mountTmpfs("a");
  makeDirectory("a/data");
  const MountIdentity found = identifyMount(path + "/data");
  EXPECT_FALSE(found.isRoot);
  EXPECT_EQ(found.mountpoint, path);
  ASSERT_EQ(::umount2(path.c_str(), 0), 0);
}

}  // namespace
}  // namespace dvdi
