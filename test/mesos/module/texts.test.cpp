#include <gtest/gtest.h>

#include "module/failure-text.hpp"
#include "module/log-line.hpp"

namespace dvdi {
namespace {

const Redactor knowingHush{Json{{"options", {{{"key", "password"}, {"value", "hush-hush"}, {"secret", true}}}}}};

TEST(FailureTextTest, SaysWhatWasExpectedAndGotWhyAndWhatToDo) {
  const Error error("plan-failed", "it failed", {.expected = "a mount", .got = "none", .advice = "look again"},
                    {Error("driver-refused", "no room"), Error("driver-timeout", "too late")});
  EXPECT_EQ(failureText(error),
            "it failed [plan-failed]; expected a mount; got none; because no room [driver-refused] and too late "
            "[driver-timeout]; to do: look again");
}

TEST(FailureTextTest, SaysNothingTwice) {
  const Error error("a", "cannot do it: no room", {}, {Error("b", "no room", {}, {Error("c", "the disk is full")})});
  EXPECT_EQ(failureText(error), "cannot do it: no room [a]; because the disk is full [c]");
}

TEST(FailureTextTest, HasNoSecretsAndNothingThatATerminalObeys) {
  const Error error("a", "the driver said: password=hush-hush\x1b[2J\nmore\xff");
  EXPECT_EQ(failureText(error, knowingHush), "the driver said: password=***\\x1b[2J\\nmore\xEF\xBF\xBD [a]");
}

TEST(FailureTextTest, IsBounded) {
  EXPECT_LT(failureText(Error("a", std::string(100'000, 'x'))).size(), 2'100U);
}

TEST(RefusalTextTest, HasEachErrorWithItsHint) {
  const Json findings = parseJson(
      R"([{"code":"a","severity":"error","message":"expected A","hint":"Write A.","line":1,"column":7},)"
      R"({"code":"w","severity":"warning","message":"W","hint":"H","line":1,"column":1},)"
      R"({"code":"b","severity":"error","message":"expected hush-hush","hint":"Write B.","line":null,"column":null}])");
  EXPECT_EQ(refusalText("the document", findings, knowingHush),
            "the document was refused: expected A [a] at 1:7; Write A. | expected *** [b]; Write B.");
}

TEST(LogLineTest, IsOneLineOfAsciiWithTheFieldsInTheirOrder) {
  const Json fields{{"container", "web\n.1"}, {"volume", "d\u202eata\x1b"}, {"count", 3}, {"error", nullptr}};
  EXPECT_EQ(logLine("planned", fields),
            R"(dvdi: planned {"container":"web\n.1","volume":"d\u202eata\u001b","count":3,"error":null})");
}

TEST(LogLineTest, CutsTextsAndLists) {
  Json list = Json::array();
  for (int i = 0; i < 100; ++i) list.push_back(i);
  const std::string line = logLine("planned", {{"text", std::string(5'000, 'x')}, {"list", {{"deep", list}}}});
  const Json fields = parseJson(line.substr(line.find('{')));
  EXPECT_EQ(fields.at("list").at("deep").size(), 32U);
  EXPECT_LT(fields.at("text").get<std::string>().size(), 2'100U);
}

TEST(LogLineTest, TakesWhatIsNoUtf8) {
  EXPECT_EQ(logLine("planned", {{"text", "a\xff"}}), R"(dvdi: planned {"text":"a\ufffd"})");
}

}  // namespace
}  // namespace dvdi
