#include "system/mount-table.hpp"

#include <gtest/gtest.h>

#include "support/mount-guard.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

constexpr const char* sample =
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
    "30 21 0:30 / /mnt/with\\040space rw,nosuid master:5 unbindable - tmpfs tm\\011pfs rw\n"
    "31 21 0:31 / /mnt rw - tmpfs one rw\n"
    "32 31 0:32 /sub /mnt/a ro - tmpfs two rw\n"
    "33 32 0:33 / /mnt/a rw future:9 - tmpfs three rw\n";

std::vector<std::int64_t> idsOf(const std::vector<const MountEntry*>& entries) {
  std::vector<std::int64_t> ids;
  for (const MountEntry* entry : entries) ids.push_back(entry->id);
  return ids;
}

TEST(MountTable, ReadsEveryField) {
  const MountTable table = parseMountTable(sample);
  const MountEntry* entry = table.byId(30);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->mountpoint, "/mnt/with space");
  EXPECT_EQ(entry->source, "tm\tpfs");
  EXPECT_EQ(entry->master, 5);
  EXPECT_FALSE(entry->shared.has_value());
  EXPECT_TRUE(entry->isUnbindable);
  EXPECT_TRUE(entry->hasOption("nosuid"));
  EXPECT_EQ(table.byId(32)->root, "/sub");
  EXPECT_EQ(table.byId(99), nullptr);
}

TEST(MountTable, WalksAsTheKernelDoes) {
  const MountTable table = parseMountTable(sample);
  EXPECT_EQ(table.covering("/usr")->id, 21);
  EXPECT_EQ(table.covering("/mnt/b")->id, 31);
  EXPECT_EQ(table.covering("/mnt/a/x")->id, 33);
  // Hidden by the later mount on /mnt.
  EXPECT_EQ(table.at("/mnt/with space"), nullptr);
  EXPECT_EQ(table.at("/mnt/a")->id, 33);
  EXPECT_EQ(idsOf(table.layersAt("/mnt/a")), (std::vector<std::int64_t>{32, 33}));
  EXPECT_EQ(idsOf(table.descendantsOf(*table.byId(31))), (std::vector<std::int64_t>{32, 33}));
  EXPECT_TRUE(table.layersAt("/nowhere").empty());
}

TEST(MountTable, RefusesLinesOfAnotherShape) {
  for (const char* line : {"x", "1 2 3:4 / / rw", "1 2 3:4 / / rw - ext4 dev", "a 2 3:4 / / rw - a b c",
                           "1 2 34 / / rw - a b c"}) {
    EXPECT_EQ(codeThrownBy([&] { static_cast<void>(parseMountTable(line)); }), "internal") << line;
  }
}

class MountTableOfKernel : public test::MountTest {};

TEST_F(MountTableOfKernel, ReadsNamesThatTheKernelEscapes) {
  const std::string path = mountTmpfs("a b\t\\#\n\xff");
  EXPECT_NE(readMountTable().at(path), nullptr);
  ASSERT_EQ(::umount2(path.c_str(), 0), 0);
}

}  // namespace
}  // namespace dvdi
