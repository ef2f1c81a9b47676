#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ledger/ledger.hpp"
#include "support/mount-guard.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

class OpeningTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string codeOfOpening(const std::string& path) const {
    return codeThrownBy([&] { Ledger ledger(path); });
  }
  [[nodiscard]] std::string codeOfOpening() const { return codeOfOpening(directory_.path()); }

  void execute(const std::string& sql) const {
    Database database(directory_.at("ledger.sqlite"), OpenMode::create, 1000);
    database.execute(sql);
  }

  test::TemporaryDirectory directory_;
};

TEST_F(OpeningTest, MakesTheDirectoryAndTheLedger) {
  const std::string path = directory_.at("a/b");
  { Ledger ledger(path + "/"); }
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0700U);
  ASSERT_EQ(::stat((path + "/ledger.sqlite").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600U);
  EXPECT_TRUE(std::filesystem::is_empty(path + "/holders"));
  EXPECT_EQ(codeOfOpening(path), "nothing");
}

TEST_F(OpeningTest, RefusesAnUnsafePlace) {
  EXPECT_EQ(codeOfOpening("relative"), "ledger-unsafe");
  std::ofstream(directory_.at("file")) << "x";
  EXPECT_EQ(codeOfOpening(directory_.at("file")), "ledger-unsafe");
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0770), 0);
  EXPECT_EQ(codeOfOpening(), "ledger-unsafe");
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0700), 0);
  ASSERT_EQ(::chown(directory_.path().c_str(), 1234, 0), 0);
  EXPECT_EQ(codeOfOpening(), "ledger-unsafe");
}

TEST_F(OpeningTest, RefusesWhatANewerVersionWrote) {
  { Ledger ledger(directory_.path()); }
  execute("PRAGMA user_version = 2");
  EXPECT_EQ(codeOfOpening(), "ledger-newer");
}

TEST_F(OpeningTest, RefusesTheDatabaseOfAnother) {
  execute("CREATE TABLE theirs (x)");
  EXPECT_EQ(codeOfOpening(), "ledger-foreign");
}

TEST_F(OpeningTest, RefusesADamagedOneAndLeavesItAsItIs) {
  { Ledger ledger(directory_.path()); }
  execute("DROP TRIGGER volume_done");
  EXPECT_EQ(codeOfOpening(), "ledger-damaged");
  EXPECT_TRUE(std::filesystem::exists(directory_.at("ledger.suspect")));
  EXPECT_TRUE(std::filesystem::exists(directory_.at("ledger.sqlite")));
}

TEST_F(OpeningTest, RefusesFilesThatAreNoDatabase) {
  std::ofstream(directory_.at("ledger.sqlite")) << "";
  EXPECT_EQ(codeOfOpening(), "ledger-damaged");
  std::ofstream(directory_.at("ledger.sqlite")) << std::string(8192, 'x');
  EXPECT_EQ(codeOfOpening(), "ledger-damaged");
}

TEST_F(OpeningTest, RefusesAFlippedPage) {
  {
    Ledger ledger(directory_.path());
    ledger.change([](LedgerWriter& rows) {
      for (int index = 0; index < 500; ++index) rows.noteDirectory("/tmp/directory-" + std::to_string(index));
    });
  }
  std::fstream file(directory_.at("ledger.sqlite"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-8192, std::ios::end);
  file << std::string(8192, '\xff');
  file.close();
  EXPECT_EQ(codeOfOpening(), "ledger-damaged");
}

TEST_F(OpeningTest, NoticesThatItsFileWasTakenAway) {
  Ledger ledger(directory_.path());
  std::filesystem::rename(directory_.at("ledger.sqlite"), directory_.at("elsewhere"));
  EXPECT_EQ(codeThrownBy([&] { ledger.read([](LedgerReader& rows) { return rows.hasImported(); }); }),
            "ledger-replaced");
}

}  // namespace
}  // namespace dvdi
