#include "system/marked-processes.hpp"

#include <unistd.h>

#include <csignal>
#include <thread>

#include "system/foreign-mounts.hpp"
#include "system/text-file.hpp"

namespace dvdi {

namespace {

/** Between two looks at processes that were killed. */
constexpr std::chrono::milliseconds pollInterval{10};

/**
 * All that Linux lets a program be started with, arguments and environment together: execve(2). A process may say later
 * that its environment is any part of its memory, of any size: what is past this is not read.
 */
constexpr std::size_t environmentMaxBytes = 6UL * 1024 * 1024;

/** One that has ended and was not reaped yet has no environment any more: it does not count. */
bool isMarked(int pid, const std::string& mark) {
  const auto environment = readTextFile("/proc/" + std::to_string(pid) + "/environ", environmentMaxBytes);
  if (!environment) return false;
  const std::string all = '\0' + *environment + '\0';
  return all.find('\0' + mark + '\0') != std::string::npos;
}

std::vector<int> markedProcesses(const std::string& mark) {
  std::vector<int> marked;
  for (const int pid : processIds()) {
    if (pid != ::getpid() && isMarked(pid, mark)) marked.push_back(pid);
  }
  return marked;
}

}  // namespace

std::vector<int> endMarkedProcesses(const std::string& mark, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    std::vector<int> pids = markedProcesses(mark);
    if (pids.empty() || std::chrono::steady_clock::now() > deadline) return pids;
    for (const int pid : pids) ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(pollInterval);
  }
}

}  // namespace dvdi
