#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/mount-guard.hpp"
#include "system/directory-change.hpp"
#include "system/directory-walk.hpp"
#include "system/kernel-feature.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

/** Every walk both by openat2 and without. */
class DirectoryTest : public test::MountTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    setFeature(KernelFeature::openat2, GetParam());
    MountTest::SetUp();
  }
  void TearDown() override {
    MountTest::TearDown();
    setFeature(KernelFeature::openat2, true);
  }

  static std::string codeOfWalk(const Place& place) {
    return codeThrownBy([&] { static_cast<void>(walk(place)); });
  }

  [[nodiscard]] Place inside(const std::string& path) const { return {directory(), path}; }
};

INSTANTIATE_TEST_SUITE_P(Openat2, DirectoryTest, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "With" : "Without"; });

TEST_P(DirectoryTest, WalksToADirectory) {
  const std::string path = makeDirectory("a/b");
  const Directory found = walk({FromRoot{}, path});
  struct stat expected {};
  ASSERT_EQ(::stat(path.c_str(), &expected), 0);
  EXPECT_EQ(found.identity(), (Identity{expected.st_dev, expected.st_ino}));
  EXPECT_EQ(found.place(), path);
  EXPECT_EQ(walk(inside("/a/b")).identity(), found.identity());
  EXPECT_EQ(walk({&found, "/"}).identity(), found.identity());
}

TEST_P(DirectoryTest, FollowsLinksOnlyOfRoot) {
  makeDirectory("real/deep");
  std::filesystem::create_symlink("real/./deep", directory() + "/link");
  std::filesystem::create_symlink("../" + directory().substr(5) + "/link", directory() + "/up");
  EXPECT_EQ(walk({FromRoot{}, directory() + "/link"}).place(), directory() + "/real/deep");
  EXPECT_EQ(walk({FromRoot{}, directory() + "/up"}).place(), directory() + "/real/deep");
  EXPECT_EQ(codeOfWalk(inside("/link")), "directory-link");
  ASSERT_EQ(::chmod((directory() + "/real").c_str(), 0777), 0);
  std::filesystem::create_symlink("deep", directory() + "/real/planted");
  EXPECT_EQ(codeOfWalk({FromRoot{}, directory() + "/real/planted"}), "directory-link");
}

TEST_P(DirectoryTest, SaysWhatIsInTheWay) {
  std::ofstream(directory() + "/file") << "x";
  std::filesystem::create_symlink("loop", directory() + "/loop");
  EXPECT_EQ(codeOfWalk({FromRoot{}, directory() + "/none/x"}), "directory-missing");
  EXPECT_EQ(codeOfWalk({FromRoot{}, directory() + "/file/x"}), "directory-other");
  EXPECT_EQ(codeOfWalk({FromRoot{}, directory() + "/loop"}), "directory-loop");
  for (const char* path : {"", "a", "/a/", "//a", "/a/../b", "/./a"}) {
    EXPECT_EQ(codeOfWalk({FromRoot{}, path}), "path-invalid") << path;
  }
  EXPECT_EQ(codeOfWalk({FromRoot{}, std::string("/a\0b", 4)}), "path-invalid");
}

TEST_P(DirectoryTest, MakesWhatIsMissingOneLevelAtATime) {
  makeDirectory("a");
  ASSERT_EQ(::chown((directory() + "/a").c_str(), 1234, 4321), 0);
  std::vector<std::string> intended;
  Making making{NewOwner::parent, 0750, [&](const std::string& path) { intended.push_back(path); }};
  {
    const Ensured ensured = ensureDirectory(inside("/a/b/c"), making);
    EXPECT_EQ(ensured.made, (std::vector<std::string>{"/a/b", "/a/b/c"}));
    EXPECT_EQ(intended, ensured.made);
    const struct stat found = ensured.directory.status();
    EXPECT_EQ(found.st_uid, 1234U);
    EXPECT_EQ(found.st_gid, 4321U);
    EXPECT_EQ(found.st_mode & 07777, 0750U);
  }
  EXPECT_TRUE(ensureDirectory(inside("/a/b/c"), making).made.empty());
}

TEST_P(DirectoryTest, TakesBackWhatItMadeWhenItFails) {
  Making making{NewOwner::root, 0755, [](const std::string& path) {
                  if (path == "/a/b/c") throw Error("ledger-full", "no space");
                }};
  EXPECT_EQ(codeThrownBy([&] { static_cast<void>(ensureDirectory(inside("/a/b/c"), making)); }), "ledger-full");
  EXPECT_FALSE(std::filesystem::exists(directory() + "/a"));
}

TEST_P(DirectoryTest, RemovesOnlyEmptyDirectories) {
  makeDirectory("a/b");
  std::ofstream(directory() + "/file") << "x";
  std::filesystem::create_symlink("a", directory() + "/link");
  EXPECT_EQ(removeDirectory(inside("/a")), Removal::notEmpty);
  EXPECT_EQ(removeDirectory(inside("/file")), Removal::replaced);
  EXPECT_EQ(removeDirectory(inside("/link")), Removal::replaced);
  EXPECT_EQ(removeDirectory(inside("/link/b")), Removal::replaced);
  EXPECT_EQ(removeDirectory(inside("/none/x")), Removal::missing);
  EXPECT_EQ(removeDirectory(inside("/a/b")), Removal::removed);
  EXPECT_EQ(removeDirectory(inside("/a/b")), Removal::missing);
  const std::string mounted = mountTmpfs("mounted");
  EXPECT_EQ(removeDirectory(inside("/mounted")), Removal::busy);
  ASSERT_EQ(::umount2(mounted.c_str(), 0), 0);
}

TEST_P(DirectoryTest, MatchesOwnerAndMode) {
  const std::string model = makeDirectory("model");
  const std::string target = makeDirectory("target");
  ASSERT_EQ(::chown(model.c_str(), 77, 88), 0);
  ASSERT_EQ(::chmod(model.c_str(), 02770), 0);
  matchOwner(walk({FromRoot{}, target}), walk({FromRoot{}, model}));
  struct stat found {};
  ASSERT_EQ(::stat(target.c_str(), &found), 0);
  EXPECT_EQ(found.st_uid, 77U);
  EXPECT_EQ(found.st_gid, 88U);
  EXPECT_EQ(found.st_mode & 07777, 02770U);
}

TEST(Paths, AreComparedBySegments) {
  EXPECT_TRUE(isAtOrUnder("/tmp/a", "/tmp"));
  EXPECT_TRUE(isAtOrUnder("/tmp", "/tmp"));
  EXPECT_FALSE(isAtOrUnder("/tmpfoo", "/tmp"));
  EXPECT_TRUE(isAtOrUnder("/x", "/"));
  EXPECT_EQ(parentOf("/a/b"), "/a");
  EXPECT_EQ(parentOf("/a"), "/");
}

}  // namespace
}  // namespace dvdi
