#include <gtest/gtest.h>

#include "ledger/ledger.hpp"
#include "support/temporary-directory.hpp"
#include "system/boot-id.hpp"

namespace dvdi {
namespace {

class RowsTest : public ::testing::Test {
 protected:
  static Claim claimOf(const std::string& container, const VolumeId& volume,
                       const std::optional<std::string>& path = std::nullopt) {
    Claim claim;
    claim.container = container;
    claim.volume = volume;
    claim.path = path;
    claim.options = {{"size", "1", false}, {"token", "hidden", true}};
    return claim;
  }

  void intend(const std::string& container, const std::vector<Claim>& claims) {
    ledger_.change([&](LedgerWriter& rows) { rows.intend({container, "hash", std::nullopt}, claims); });
  }

  void note(const VolumeId& volume, const VolumeNote& volumeNote) {
    ledger_.change([&](LedgerWriter& rows) { rows.noteVolume(volume, volumeNote); });
  }

  std::optional<VolumeRecord> volume(const VolumeId& id) {
    return ledger_.read([&](LedgerReader& rows) { return rows.volume(id); });
  }

  const VolumeId data_{"rexray", "data"};
  test::TemporaryDirectory directory_;
  Ledger ledger_{directory_.path()};
};

TEST_F(RowsTest, AVolumeLivesAsLongAsItIsClaimedOrNotReleased) {
  intend("one", {claimOf("one", data_)});
  intend("two", {claimOf("two", data_)});
  ASSERT_TRUE(volume(data_));
  EXPECT_EQ(volume(data_)->containers, (std::vector<std::string>{"one", "two"}));
  note(data_, {VolumeState::mounted, "/mnt/data", LedgerMount{"/mnt/data", 7, "0:30", bootId()}});
  ledger_.change([](LedgerWriter& rows) { rows.forget("one"); });
  const auto seen = ledger_.read([&](LedgerReader& rows) { return rows.volumesLike({{"REXRAY", "Data"}}, "two"); });
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].users, 0);
  EXPECT_EQ(toJsonText(toJson(seen[0])),
            R"({"driver":"rexray","name":"data","options":[{"key":"size","value":"1","secret":false},)"
            R"({"key":"token","value":"hidden","secret":true}],"mountpoint":"/mnt/data","mount":{"path":"/mnt/data",)"
            R"("id":7,"device":"0:30","boot":")" +
                bootId() + R"("},"state":"mounted","transport":{"kind":"plugin"},"users":0})");
  ledger_.change([](LedgerWriter& rows) { rows.forget("two"); });
  EXPECT_EQ(volume(data_)->state, VolumeState::mounted);
  note(data_, {VolumeState::released});
  EXPECT_FALSE(volume(data_));
}

TEST_F(RowsTest, FailuresAreCountedUntilOneSucceeds) {
  intend("one", {claimOf("one", data_)});
  ledger_.change([&](LedgerWriter& rows) { rows.dropClaim("one", data_); });
  EXPECT_FALSE(volume(data_)) << "released, and nobody claims it";
  intend("two", {claimOf("two", data_)});
  note(data_, {.state = VolumeState::uncertain, .failure = VolumeFailure{"busy", Retry{5000, bootId()}}});
  note(data_, {VolumeState::releasing});
  note(data_, {.state = VolumeState::uncertain, .failure = VolumeFailure{"busy still", Retry{9000, bootId()}}});
  EXPECT_EQ(volume(data_)->attempts, 2);
  EXPECT_EQ(volume(data_)->error, "busy still");
  ledger_.change([](LedgerWriter& rows) { rows.forget("two"); });
  const auto releasable = [&](std::int64_t uptimeMs, const std::string& boot, bool all) {
    return ledger_.read([&](LedgerReader& rows) { return rows.releasable({uptimeMs, boot}, all).size(); });
  };
  EXPECT_EQ(releasable(8999, bootId(), false), 0U);
  EXPECT_EQ(releasable(9000, bootId(), false), 1U);
  EXPECT_EQ(releasable(0, "another", false), 1U);
  EXPECT_EQ(releasable(0, bootId(), true), 1U);
  note(data_, {VolumeState::mounted, "/mnt/data"});
  EXPECT_EQ(volume(data_)->attempts, 0);
  EXPECT_FALSE(volume(data_)->error);
}

TEST_F(RowsTest, FindsWhoUsesADirectory) {
  intend("one", {claimOf("one", data_, "/tmp/a/b")});
  intend("two", {claimOf("two", {"rexray", "other"}, "/tmp/a-2")});
  ledger_.change([](LedgerWriter& rows) {
    for (const char* path : {"/tmp/a", "/tmp/a/b", "/tmp/a-2"}) rows.noteDirectory(path);
  });
  const auto [inUse, own] = ledger_.read([](LedgerReader& rows) {
    return std::pair(rows.pathInUse("/tmp/a", "one"), rows.directoriesOf("one"));
  });
  EXPECT_FALSE(inUse);
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own[0].path, "/tmp/a/b");
  EXPECT_EQ(own[1].users, 0);
  intend("three", {claimOf("three", {"rexray", "third"}, "/tmp/a")});
  EXPECT_TRUE(ledger_.read([](LedgerReader& rows) { return rows.pathInUse("/tmp/a", "one"); }));
  EXPECT_EQ(*ledger_.read([](LedgerReader& rows) { return rows.directories(); })[0].containers,
            (std::vector<std::string>{"one", "three"}));
}

TEST_F(RowsTest, KeepsNothingOfAChangeThatFails) {
  EXPECT_THROW(ledger_.change([&](LedgerWriter& rows) {
    rows.noteDirectory("/tmp/x");
    throw Error("refused", "no");
  }),
               Error);
  EXPECT_FALSE(ledger_.read([](LedgerReader& rows) { return rows.hasDirectory("/tmp/x"); }));
  EXPECT_THROW(note({"rexray", "none"}, {}), Error);
}

TEST_F(RowsTest, RemembersContainersWithTheirAnswers) {
  const ProcessRecord own = ownProcess();
  ledger_.change([&](LedgerWriter& rows) {
    rows.intend({"one", "hash", own}, {});
    rows.finish("one", "{}");
  });
  const auto record = ledger_.read([](LedgerReader& rows) { return rows.container("one"); });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->state, ContainerState::prepared);
  EXPECT_EQ(record->answer, "{}");
  EXPECT_TRUE(isAlive(*record->process));
  EXPECT_EQ(volumeOfKey(volumeKey({"RexRay", "DATA"})), (VolumeId{"rexray", "data"}));
  EXPECT_FALSE(volumeOfKey("container one"));
}

}  // namespace
}  // namespace dvdi
