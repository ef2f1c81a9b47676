#include "module/threaded-host.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <utility>

#include "isolator/isolator-error.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;

/** Longer than anything here takes, on any machine. */
constexpr auto patience = 60s;

/** What an isolator may do wrong: it hangs until it is told to go on, and fails as it is told to. */
struct Script {
  std::shared_future<void> mayAnswer;
  std::function<void()> fail = [] {};
  bool isDeaf = false;
  std::promise<void> begun;
  std::mutex mutex;
  std::vector<std::string> ended;
};

class ScriptedIsolator final : public BlockingIsolator {
 public:
  explicit ScriptedIsolator(Script& script) : script_(script) {}

  Json prepare(const std::string& container, const std::string&, std::stop_token stop) override {
    act("prepare " + container, stop);
    return parseJson(R"({"newMountNamespace":true,"binds":[],"commands":[["/bin/true"]]})");
  }
  void cleanup(const std::string& container, std::stop_token stop) override { act("cleanup " + container, stop); }
  void recover(const std::vector<std::string>&, const std::vector<std::string>&,
               const std::function<void()>& onDecided, std::stop_token stop) override {
    if (!script_.isDeaf) onDecided();
    act("recover", stop);
    if (script_.isDeaf) onDecided();
  }
  Redactor secretsOf(const std::string&) override {
    return Redactor(parseJson(R"([{"key":"password","value":"hush-hush","secret":true}])"));
  }

 private:
  void act(const std::string& title, const std::stop_token& stop) {
    script_.begun.set_value();
    std::promise<void> stopped;
    const std::stop_callback onStop(stop, [&stopped] { stopped.set_value(); });
    if (script_.mayAnswer.valid()) {
      auto asked = stopped.get_future();
      while (script_.mayAnswer.wait_for(1ms) != std::future_status::ready &&
             asked.wait_for(0ms) != std::future_status::ready) {
      }
    }
    script_.fail();
    const std::scoped_lock lock(script_.mutex);
    script_.ended.push_back(title);
  }

  Script& script_;
};

class ThreadedHostTest : public ::testing::Test {
 protected:
  std::unique_ptr<ThreadedHost> start(const ThreadedHostOptions& options = {}) {
    const auto log = [this](ModuleLogLevel, const std::string& line) { lines_.push_back(line); };
    return std::make_unique<ThreadedHost>(std::make_shared<Lines>(log), std::make_unique<ScriptedIsolator>(script_),
                                          options);
  }

  std::string waitFor(std::future<std::string> answer) {
    if (answer.wait_for(patience) != std::future_status::ready) return "no answer";
    return answer.get();
  }

  static ModuleHost::Done into(std::promise<std::string>& promise) {
    return [&promise](const std::string& error) { promise.set_value(error); };
  }

  bool hasLine(const std::string& name) const {
    for (const std::string& line : lines_) {
      if (line.starts_with("dvdi: " + name + " ")) return true;
    }
    return false;
  }

  Script script_;
  std::vector<std::string> lines_;
};

TEST_F(ThreadedHostTest, AnswersAPrepareFromAnotherThread) {
  const auto host = start();
  std::promise<std::pair<std::string, bool>> answer;
  host->prepare("web", "{}", [&answer](const std::string& error, const ModuleLaunch& launch) {
    answer.set_value({error, launch.newMountNamespace});
  });
  auto future = answer.get_future();
  ASSERT_EQ(future.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(future.get(), (std::pair<std::string, bool>{"", true}));
}

TEST_F(ThreadedHostTest, ReturnsWhileTheIsolatorHangs) {
  std::promise<void> goOn;
  script_.mayAnswer = goOn.get_future().share();
  const auto host = start();
  std::promise<std::string> first;
  std::promise<std::string> second;
  host->cleanup("web", into(first));
  host->cleanup("web", into(second));
  auto firstAnswer = first.get_future();
  EXPECT_EQ(firstAnswer.wait_for(0ms), std::future_status::timeout);
  // The second of the container begins when the first has ended.
  ASSERT_EQ(script_.begun.get_future().wait_for(patience), std::future_status::ready);
  script_.begun = {};
  goOn.set_value();
  EXPECT_EQ(waitFor(std::move(firstAnswer)), "");
  EXPECT_EQ(waitFor(second.get_future()), "");
}

TEST_F(ThreadedHostTest, SaysWhyItFailedWithoutSecrets) {
  script_.fail = [] { throw std::runtime_error("it was hush-hush"); };
  const auto host = start();
  std::promise<std::string> answer;
  host->prepare("web", "{}", [&answer](const std::string& error, const ModuleLaunch&) { answer.set_value(error); });
  const std::string text = waitFor(answer.get_future());
  EXPECT_NE(text.find("it was ***"), std::string::npos) << text;
  EXPECT_EQ(text.find("hush"), std::string::npos) << text;
}

TEST_F(ThreadedHostTest, SaysWhatTheCoreRefused) {
  script_.fail = [] {
    throw RefusedError("the document",
                       parseJson(R"([{"code":"path-climbs","severity":"error","message":"no ..","hint":"Remove it.",)"
                                 R"("line":1,"column":2}])"));
  };
  const auto host = start();
  std::promise<std::string> answer;
  host->cleanup("web", into(answer));
  EXPECT_EQ(waitFor(answer.get_future()), "the container was refused: no .. [path-climbs] at 1:2; Remove it.");
}

TEST_F(ThreadedHostTest, LetsTheAgentGoOnWhileARecoverReleases) {
  std::promise<void> goOn;
  script_.mayAnswer = goOn.get_future().share();
  auto host = start({.threadsMax = 8, .recoverPatience = 1ms});
  std::promise<std::string> answer;
  host->recover({"web"}, {}, into(answer));
  EXPECT_EQ(waitFor(answer.get_future()), "");
  {
    const std::scoped_lock lock(script_.mutex);
    EXPECT_TRUE(script_.ended.empty());
  }
  goOn.set_value();
  host.reset();
  EXPECT_EQ(script_.ended, std::vector<std::string>{"recover"});
  EXPECT_TRUE(hasLine("recover-continues"));
  EXPECT_TRUE(hasLine("module-stopped"));
}

TEST_F(ThreadedHostTest, LetsTheAgentWaitUntilItIsDecidedWhoIsGone) {
  script_.isDeaf = true;
  std::promise<void> goOn;
  script_.mayAnswer = goOn.get_future().share();
  auto host = start({.threadsMax = 8, .recoverPatience = 1ms});
  std::promise<std::string> answer;
  auto future = answer.get_future();
  host->recover({}, {}, into(answer));
  EXPECT_EQ(future.wait_for(50ms), std::future_status::timeout);
  goOn.set_value();
  EXPECT_EQ(waitFor(std::move(future)), "");
}

TEST_F(ThreadedHostTest, TellsTheAgentOfARecoverThatFails) {
  script_.fail = [] { throw Error("ledger-full", "the disk is full"); };
  const auto host = start();
  std::promise<std::string> answer;
  host->recover({}, {}, into(answer));
  EXPECT_EQ(waitFor(answer.get_future()), "the disk is full [ledger-full]");
}

TEST_F(ThreadedHostTest, EndsWhatHangsAndBeginsNothingMore) {
  std::promise<void> never;
  script_.mayAnswer = never.get_future().share();
  auto host = start();
  std::promise<std::string> first;
  std::promise<std::string> second;
  host->cleanup("web", into(first));
  host->cleanup("web", into(second));
  ASSERT_EQ(script_.begun.get_future().wait_for(patience), std::future_status::ready);
  host.reset();
  EXPECT_EQ(waitFor(first.get_future()), "");
  EXPECT_NE(waitFor(second.get_future()).find("[module-stopping]"), std::string::npos);
}

}  // namespace
}  // namespace dvdi
