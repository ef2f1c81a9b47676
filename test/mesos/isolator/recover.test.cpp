#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <thread>

#include "support/isolator-test.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;

class RecoverTest : public test::IsolatorTest {
 protected:
  /** Prepares in another process, which is killed once `isReached` holds. */
  void prepareAndDie(const std::string& container, const std::vector<std::string>& names, const auto& isReached) {
    const pid_t child = ::fork();
    if (child == 0) {
      open(std::make_shared<const CoreModule>(embeddedCore()));
      static_cast<void>(isolator().prepare(container, documentFor(names)));
      for (;;) ::pause();
    }
    while (!isReached()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
};

TEST_F(RecoverTest, ReleasesWhatIsGoneAndKeepsTheRest) {
  for (const char* container : {"running", "orphan", "gone"}) {
    static_cast<void>(isolator().prepare(container, documentFor({std::string("of-") + container})));
  }
  const Recovery dry = isolator().recover({{"running"}, {"orphan"}, std::nullopt, true});
  EXPECT_EQ(dry.plan.at("gone"), Json::array({"gone"}));
  EXPECT_TRUE(isMounted("of-gone"));
  open();
  const Recovery recovery = isolator().recover({{"running"}, {"orphan"}});
  EXPECT_TRUE(recovery.failures.empty());
  EXPECT_FALSE(isMounted("of-gone"));
  EXPECT_TRUE(isMounted("of-running"));
  EXPECT_TRUE(isMounted("of-orphan"));
  EXPECT_FALSE(std::filesystem::exists(tmp_ + "/of-gone"));
  static_cast<void>(isolator().recover({}));
  EXPECT_TRUE(isolator().list().at("containers").empty());
  EXPECT_FALSE(std::filesystem::exists(tmp_));
  EXPECT_TRUE(isolator().recover({}).plan.at("volumes").empty());
}

TEST_F(RecoverTest, KeepsWhatWasNotJudged) {
  static_cast<void>(isolator().prepare("new", documentFor({"data"})));
  static_cast<void>(isolator().recover({{}, {}, std::set<std::string>{"old"}}));
  EXPECT_TRUE(isMounted("data"));
  isolator().cleanup("new");
}

TEST_F(RecoverTest, UndoesWhatAKilledProcessBegan) {
  failBy("mount", "data", "mkdir -p " + volume("data") + "; mount -t tmpfs tmpfs " + volume("data") +
                              "; /bin/sleep 600");
  prepareAndDie("web.1", {"data"}, [this] { return isMounted("data"); });
  failNoMore("mount", "data");
  static_cast<void>(isolator().recover({}));
  EXPECT_FALSE(isMounted("data"));
  EXPECT_TRUE(isolator().list().at("volumes").empty());
  EXPECT_EQ(std::count(events_.begin(), events_.end(), "taken-over"), 2) << "the container and the volume";
}

TEST_F(RecoverTest, PreparesAnewWhatAKilledProcessBegan) {
  failBy("mount", "data", "/bin/sleep 600");
  prepareAndDie("web.1", {"data"}, [this] { return !calls().empty(); });
  failNoMore("mount", "data");
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  EXPECT_TRUE(isMounted("data"));
  isolator().cleanup("web.1");
  EXPECT_FALSE(isMounted("data"));
}

TEST_F(RecoverTest, RepeatsTheAnswerOfAKilledProcess) {
  prepareAndDie("web.1", {"data"}, [this] {
    const Json containers = isolator().list().at("containers");
    return !containers.empty() && containers[0].at("state") == "prepared";
  });
  EXPECT_TRUE(isolator().prepare("web.1", documentFor({"data"})).isRepeated);
  isolator().cleanup("web.1");
}

TEST_F(RecoverTest, LeavesTheMountOfAnother) {
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  ASSERT_EQ(::umount2(volume("data").c_str(), 0), 0);
  failBy("unmount", "data", "exit 0");
  // The kernel gives the id and the device of a mount away at once: to this one, so that the next has others.
  const std::string heir = mountTmpfs("heir");
  mountTmpfs("volumes/data");
  const Recovery recovery = isolator().recover({{}, {}});
  EXPECT_EQ(recovery.plan.at("volumes")[0].at("class"), "foreign");
  EXPECT_TRUE(isMounted("data"));
  ASSERT_EQ(::umount2(volume("data").c_str(), 0), 0);
  ASSERT_EQ(::umount2(heir.c_str(), 0), 0);
}

}  // namespace
}  // namespace dvdi
