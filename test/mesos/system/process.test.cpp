#include "system/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "support/temporary-directory.hpp"
#include "system/marked-processes.hpp"
#include "system/process-record.hpp"
#include "system/text-file.hpp"

namespace dvdi {
namespace {

using namespace std::chrono_literals;

class ProcessTest : public ::testing::Test {
 protected:
  /** An executable script, since no host starts a shell by a line. */
  std::string script(const std::string& lines) {
    const std::string path = directory_.at("script" + std::to_string(++count_));
    std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  static RunOptions within(std::chrono::milliseconds timeout) {
    RunOptions options{timeout};
    options.grace = 300ms;
    return options;
  }

  static ProcessFailure failureOf(const std::string& executable, const RunOptions& options,
                                  const std::vector<std::string>& arguments = {}) {
    try {
      static_cast<void>(run(executable, arguments, options));
    } catch (const ProcessError& error) {
      return error.failure();
    }
    ADD_FAILURE() << "expected " << executable << " to fail";
    return {};
  }

  [[nodiscard]] std::string at(const std::string& name) const { return directory_.at(name); }

 private:
  test::TemporaryDirectory directory_;
  int count_ = 0;
};

TEST_F(ProcessTest, PassesArgumentsAsTheyAre) {
  const std::string echo = script("for each in \"$@\"; do echo \"[$each]\"; done; echo log >&2");
  const RunResult result = run(echo, {"a b", "$(id)", "", "*;"}, within(5s));
  EXPECT_EQ(result.stdoutBytes, "[a b]\n[$(id)]\n[]\n[*;]\n");
  EXPECT_EQ(result.stderrHead, "log\n");
}

TEST_F(ProcessTest, GivesACleanWorld) {
  ::setenv("DVDI_TEST_LEAK", "1", 1);
  const int leaked = ::open("/dev/null", O_RDONLY);
  const std::string look = script("/usr/bin/env | sort; pwd; ls -1 /proc/$$/fd; read line || echo empty; ");
  const std::string out = run(look, {}, within(5s)).stdoutBytes;
  ::close(leaked);
  ::unsetenv("DVDI_TEST_LEAK");
  EXPECT_EQ(out.find("DVDI_TEST_LEAK"), std::string::npos);
  EXPECT_NE(out.find("LC_ALL=C\n"), std::string::npos);
  EXPECT_NE(out.find("\n/\n"), std::string::npos);
  EXPECT_NE(out.find("empty"), std::string::npos);
  // 10 is the shell's own, for its script.
  EXPECT_NE(out.find("\n0\n1\n10\n2\nempty\n"), std::string::npos) << out;
}

TEST_F(ProcessTest, ResetsSignals) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  ::signal(SIGPIPE, SIG_IGN);
  const std::string out = run("/bin/grep", {"^Sig[BI]", "/proc/self/status"}, within(5s)).stdoutBytes;
  ::signal(SIGPIPE, SIG_DFL);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  const std::string none = "SigBlk:\t0000000000000000\nSigIgn:\t";
  ASSERT_TRUE(out.starts_with(none)) << out;
  // glibc keeps 32 and 33 for itself: they stay as this program got them.
  const unsigned long long ignored = std::stoull(out.substr(none.size()), nullptr, 16) & ~0x180000000ULL;
  EXPECT_EQ(ignored, 0U);
}

TEST_F(ProcessTest, TellsHowItEnded) {
  const ProcessFailure exited = failureOf(script("echo why >&2; exit 7"), within(5s));
  EXPECT_EQ(exited.fault, ProcessFault::exit);
  EXPECT_EQ(exited.exitCode, 7);
  EXPECT_EQ(exited.stderrHead, "why\n");
  const ProcessFailure killed = failureOf(script("kill -9 $$"), within(5s));
  EXPECT_EQ(killed.fault, ProcessFault::signal);
  EXPECT_EQ(killed.signal, SIGKILL);
  const ProcessFailure missing = failureOf(at("none"), within(5s));
  EXPECT_EQ(missing.fault, ProcessFault::start);
  EXPECT_EQ(missing.number, ENOENT);
  EXPECT_EQ(failureOf("/bin/true", within(5s), {std::string("a\0b", 3)}).fault, ProcessFault::start);
}

TEST_F(ProcessTest, EndsTheWholeGroupWhenTheTimeIsOver) {
  const std::string hang = script("/bin/sleep 600 & echo $! > " + at("pid") + "; wait");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(failureOf(hang, within(300ms)).fault, ProcessFault::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_FALSE(startTicksOf(std::stoi(readTextFile(at("pid")).value())).has_value());
}

TEST_F(ProcessTest, KillsWhatIgnoresSigterm) {
  const std::string stubborn = script("trap '' TERM; echo on; while :; do /bin/sleep 0.05; done");
  const ProcessFailure failure = failureOf(stubborn, within(300ms));
  EXPECT_EQ(failure.fault, ProcessFault::timeout);
  EXPECT_EQ(failure.signal, SIGKILL);
}

TEST_F(ProcessTest, EndsWhatWritesTooMuch) {
  RunOptions options = within(5s);
  options.outputMaxBytes = 1000;
  EXPECT_EQ(failureOf("/usr/bin/yes", options).fault, ProcessFault::output);
  const std::string noisy = script("/usr/bin/head -c 100000 /dev/zero >&2; echo done");
  const RunResult result = run(noisy, {}, options);
  EXPECT_EQ(result.stdoutBytes, "done\n");
  EXPECT_EQ(result.stderrHead.size(), 1000U);
}

TEST_F(ProcessTest, GivesUpWhenTheCallerDoes) {
  std::stop_source source;
  RunOptions options = within(60s);
  options.stop = source.get_token();
  std::jthread stopper([&] {
    std::this_thread::sleep_for(100ms);
    source.request_stop();
  });
  EXPECT_EQ(failureOf("/bin/sleep", options, {"600"}).fault, ProcessFault::cancelled);
  stopper.join();
  EXPECT_EQ(failureOf("/bin/sleep", options, {"600"}).fault, ProcessFault::cancelled);
}

TEST_F(ProcessTest, LeavesADaemonAloneAndDoesNotWaitForIt) {
  const std::string daemon = script("/usr/bin/setsid /bin/sleep 600 & echo $!");
  const auto start = std::chrono::steady_clock::now();
  const std::string out = run(daemon, {}, within(30s)).stdoutBytes;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  const int pid = std::stoi(out);
  EXPECT_TRUE(startTicksOf(pid).has_value());
  ::kill(pid, SIGKILL);
}

TEST_F(ProcessTest, KeepsItsDeadlineWhileItIsFlooded) {
  // More writers than cores: the pipe is hardly ever found empty.
  const std::string flood = script("for each in 1 2 3 4 5 6 7 8; do cat /dev/zero >&2 & done; wait");
  const auto start = std::chrono::steady_clock::now();
  const ProcessFailure failure = failureOf(flood, within(300ms));
  EXPECT_EQ(failure.fault, ProcessFault::timeout);
  EXPECT_EQ(failure.stderrHead.size(), within(300ms).outputMaxBytes);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST_F(ProcessTest, EndsMarkedProcesses) {
  const std::string mark = "DVDI_HOLDER=test-" + std::to_string(::getpid());
  const pid_t child = ::fork();
  if (child == 0) {
    const char* environment[] = {mark.c_str(), nullptr};
    ::execle("/bin/sleep", "sleep", "600", nullptr, environment);
    ::_exit(127);
  }
  // Until it has become the marked program, there is nothing to find.
  while (readTextFile("/proc/" + std::to_string(child) + "/environ").value_or("").find(mark) == std::string::npos) {
    std::this_thread::sleep_for(1ms);
  }
  std::jthread reaper([&] { ::waitpid(child, nullptr, 0); });
  EXPECT_TRUE(endMarkedProcesses(mark, 5s).empty());
  EXPECT_TRUE(endMarkedProcesses(mark + "x", 0s).empty());
}

TEST_F(ProcessTest, ReadsNoMoreOfAFileThanItIsAllowedTo) {
  std::ofstream(at("long")) << std::string(100'000, 'x');
  EXPECT_EQ(readTextFile(at("long")).value_or("").size(), 100'000U);
  EXPECT_EQ(readTextFile(at("long"), 50'000).value_or("").size(), 50'000U);
  EXPECT_EQ(readTextFile(at("long"), 200'000).value_or("").size(), 100'000U);
}

TEST_F(ProcessTest, TellsTheVeryProcessFromALaterOne) {
  ProcessRecord own = ownProcess();
  EXPECT_TRUE(isAlive(own));
  own.startTicks += 1;
  EXPECT_FALSE(isAlive(own));
  EXPECT_FALSE(isAlive({own.pid, own.startTicks - 1, "another-boot"}));
}

}  // namespace
}  // namespace dvdi
