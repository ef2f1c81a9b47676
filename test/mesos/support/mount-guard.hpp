#ifndef DVDI_SUPPORT_MOUNT_GUARD_HPP
#define DVDI_SUPPORT_MOUNT_GUARD_HPP

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/temporary-directory.hpp"
#include "system/mount-table.hpp"
#include "system/system-error.hpp"

namespace dvdi::test {

/**
 * A test with real mounts, in a private mount namespace: it needs root. After it, the mount table is as it was before.
 * What is mounted belongs under `directory`, which is a tmpfs of the test's own whose way there only root can change.
 */
class MountTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static const bool isPrivate = ::unshare(CLONE_NEWNS) == 0 &&
                                  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    ASSERT_TRUE(isPrivate) << "tests with mounts need root";
    before_ = lines();
    base_ = "/run/dvdi-native-" + std::to_string(::getpid());
    std::filesystem::create_directories(base_);
    ASSERT_EQ(::mount("tmpfs", base_.c_str(), "tmpfs", 0, "mode=0755"), 0);
  }

  void TearDown() override {
    EXPECT_EQ(::umount2(base_.c_str(), 0), 0) << "something of the test is still mounted, or open";
    while (::umount2(base_.c_str(), MNT_DETACH) == 0) {
    }
    std::filesystem::remove(base_);
    EXPECT_EQ(lines(), before_);
  }

  [[nodiscard]] const std::string& directory() const { return base_; }

  /** Makes a directory and what leads to it. @returns its path */
  std::string makeDirectory(const std::string& name) const {
    std::filesystem::create_directories(base_ + "/" + name);
    return base_ + "/" + name;
  }

  /** Mounts a tmpfs on a directory, which is made. @returns its path */
  std::string mountTmpfs(const std::string& name) const {
    const std::string path = makeDirectory(name);
    EXPECT_EQ(::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=1m"), 0);
    return path;
  }

 private:
  static std::vector<std::string> lines() {
    std::vector<std::string> all;
    const MountTable table = readMountTable();
    for (const MountEntry& entry : table.entries()) all.push_back(entry.mountpoint + " " + entry.filesystem);
    return all;
  }

  std::string base_;
  std::vector<std::string> before_;
};

/** The code of what an act throws; `nothing` when it does not throw. */
template <typename Act>
std::string codeThrownBy(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return "nothing";
}

}  // namespace dvdi::test

#endif  // DVDI_SUPPORT_MOUNT_GUARD_HPP
