#include <gtest/gtest.h>
#include <sys/mount.h>

#include <thread>

#include "support/isolator-test.hpp"

namespace dvdi {
namespace {

using test::codeThrownBy;
using Calls = std::vector<std::string>;

class IsolatorLifeTest : public test::IsolatorTest {};

TEST_F(IsolatorLifeTest, PreparesOnceAndCleansUp) {
  const std::string document = documentFor({"data"});
  const Prepared prepared = isolator().prepare("web.1", document);
  EXPECT_FALSE(prepared.isRepeated);
  EXPECT_TRUE(isMounted("data"));
  EXPECT_EQ(prepared.answer.at("volumes")[0].at("mountpoint"), volume("data"));
  const Json& bind = prepared.answer.at("launch").at("binds")[0];
  EXPECT_EQ(bind.at("source").at("path"), volume("data"));
  EXPECT_EQ(bind.at("target").at("path"), tmp_ + "/data");
  EXPECT_TRUE(std::filesystem::is_directory(tmp_ + "/data"));
  const Prepared again = isolator().prepare("web.1", document);
  EXPECT_TRUE(again.isRepeated);
  EXPECT_EQ(toJsonText(again.answer), toJsonText(prepared.answer));
  EXPECT_EQ(codeThrownBy([&] { static_cast<void>(isolator().prepare("web.1", documentFor({"other"}))); }),
            "container-conflict");
  const Json listed = isolator().list();
  EXPECT_EQ(listed.at("volumes")[0].at("presence"), "present");
  EXPECT_EQ(listed.at("containers")[0].at("state"), "prepared");
  isolator().cleanup("web.1");
  EXPECT_FALSE(isMounted("data"));
  EXPECT_FALSE(std::filesystem::exists(tmp_));
  EXPECT_TRUE(isolator().list().at("volumes").empty());
  EXPECT_EQ(calls(), (Calls{"mount data", "unmount data"}));
  isolator().cleanup("never.heard.of");
}

TEST_F(IsolatorLifeTest, RefusesWhatTheCoreRefuses) {
  EXPECT_EQ(codeThrownBy([&] {
              static_cast<void>(isolator().prepare("web.1", R"({"DVDI_VOLUME_NAME":"a/../b","DVDI_VOLUME_OPTS":"x"})"));
            }),
            "refused");
  EXPECT_TRUE(calls().empty());
  EXPECT_EQ(events_.back(), "refused");
}

TEST_F(IsolatorLifeTest, UndoesEverythingWhenOneVolumeFails) {
  failBy("mount", "bad", "echo 'no space left' >&2; exit 1");
  try {
    static_cast<void>(isolator().prepare("web.1", documentFor({"good", "bad"})));
    FAIL() << "expected it to fail";
  } catch (const PlanFailedError& error) {
    EXPECT_FALSE(error.leavesMounts()) << error.what();
    ASSERT_EQ(error.failures().size(), 1U);
    EXPECT_EQ(error.failures()[0].causes()[0].code(), "driver-refused");
  }
  EXPECT_FALSE(isMounted("good"));
  EXPECT_FALSE(std::filesystem::exists(tmp_));
  EXPECT_TRUE(isolator().list().at("containers").empty());
  EXPECT_TRUE(isolator().list().at("volumes").empty());
}

TEST_F(IsolatorLifeTest, KeepsAFailedReleaseForALaterTry) {
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  failBy("unmount", "data", "echo busy >&2; exit 1");
  EXPECT_EQ(codeThrownBy([&] { isolator().cleanup("web.1"); }), "plan-failed");
  EXPECT_TRUE(isMounted("data"));
  const Json left = isolator().list().at("volumes")[0];
  EXPECT_EQ(left.at("attempts"), 1);
  EXPECT_TRUE(left.at("containers").empty());
  EXPECT_EQ(isolator().releaseVolumes(DueVolumes{}).size(), 0U) << "not due yet";
  failNoMore("unmount", "data");
  const auto released = isolator().releaseVolumes(AllVolumes{});
  ASSERT_EQ(released.size(), 1U);
  EXPECT_STREQ(textOf(released[0].outcome), "released");
  EXPECT_FALSE(isMounted("data"));
  EXPECT_EQ(isolator().forgetVolume({"tmpfs", "data"}), Forgotten::notKnown);
}

TEST_F(IsolatorLifeTest, TakesAwayWhatALyingDriverLeaves) {
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  failBy("unmount", "data", "exit 0");
  isolator().cleanup("web.1");
  EXPECT_FALSE(isMounted("data"));
}

TEST_F(IsolatorLifeTest, MountsAgainWhatVanished) {
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  failBy("unmount", "data", "echo busy >&2; exit 1");
  EXPECT_EQ(codeThrownBy([&] { isolator().cleanup("web.1"); }), "plan-failed");
  ASSERT_EQ(::umount2(volume("data").c_str(), 0), 0);
  static_cast<void>(isolator().prepare("web.2", documentFor({"data"})));
  EXPECT_TRUE(isMounted("data"));
  failNoMore("unmount", "data");
  isolator().cleanup("web.2");
}

TEST_F(IsolatorLifeTest, RefusesAMountpointOfAnotherVolume) {
  static_cast<void>(isolator().prepare("web.1", documentFor({"data"})));
  failBy("mount", "thief", "echo " + volume("data") + "; exit 0");
  try {
    static_cast<void>(isolator().prepare("web.2", documentFor({"thief"})));
    FAIL() << "expected it to fail";
  } catch (const PlanFailedError& error) {
    EXPECT_EQ(error.failures()[0].causes()[0].code(), "mountpoint-taken");
  }
  EXPECT_TRUE(isMounted("data"));
  static_cast<void>(isolator().releaseVolumes(AllVolumes{}));
  isolator().cleanup("web.1");
  EXPECT_TRUE(isolator().list().at("volumes").empty());
}

TEST_F(IsolatorLifeTest, GivesUpWhenTheCallerDoes) {
  failBy("mount", "data", "/bin/sleep 600");
  std::stop_source stop;
  std::jthread stopper([&] {
    while (calls().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    failNoMore("mount", "data");
    stop.request_stop();
  });
  EXPECT_EQ(codeThrownBy([&] {
              static_cast<void>(isolator().prepare("web.1", documentFor({"data"}), 0, {stop.get_token()}));
            }),
            "plan-failed");
  EXPECT_TRUE(isolator().list().at("containers").empty());
  EXPECT_FALSE(isMounted("data"));
}

TEST_F(IsolatorLifeTest, ServesManyContainersAtOnce) {
  {
    std::vector<std::jthread> threads;
    for (int index = 0; index < 6; ++index) {
      threads.emplace_back([this, index] {
        const std::string name = "v" + std::to_string(index);
        static_cast<void>(isolator().prepare("c" + std::to_string(index), documentFor({name, name + "b"})));
        isolator().cleanup("c" + std::to_string(index));
      });
    }
  }
  EXPECT_TRUE(isolator().list().at("volumes").empty());
  EXPECT_EQ(calls().size(), 24U);
  EXPECT_FALSE(std::filesystem::exists(tmp_));
}

}  // namespace
}  // namespace dvdi
