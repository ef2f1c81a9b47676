#ifndef DVDI_SYSTEM_PROCESS_HPP
#define DVDI_SYSTEM_PROCESS_HPP

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "system/process-error.hpp"

namespace dvdi {

/** How long a process group may take to end after SIGTERM before SIGKILL follows. */
inline constexpr std::chrono::milliseconds processGrace{2'000};

/** The only search path a child ever gets. */
inline constexpr const char* minimalPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Names and values. */
using Environment = std::vector<std::pair<std::string, std::string>>;

/** A minimal PATH and `LC_ALL=C`. */
[[nodiscard]] Environment cleanEnvironment();

struct RunOptions {
  /** Time after which the process group is ended; the run then fails with `process-timeout`. */
  std::chrono::milliseconds timeout;
  /** More than this on stdout ends the process group (`process-output`); stderr is cut there instead. */
  std::size_t outputMaxBytes = 64UL * 1024;
  /** The whole environment of the child; nothing of the caller's is added. */
  Environment environment = cleanEnvironment();
  /** Ends the process group early: the run then fails with `process-cancelled`. */
  std::stop_token stop = {};
  /** Time from SIGTERM to SIGKILL. */
  std::chrono::milliseconds grace = processGrace;
};

/** What a process that exited with 0 left behind: raw bytes, which need not be UTF-8. */
struct RunResult {
  std::string stdoutBytes;
  /** The first `outputMaxBytes` of it. */
  std::string stderrHead;
};

/**
 * Runs a program to its end: no shell, argv as given, a clean environment, working directory `/`, stdin empty, no other
 * fd, all signals at their defaults, output capped. The child leads its own process group, and SIGTERM, then SIGKILL,
 * reach all of it; it is reaped in every case. What it left running on purpose (a FUSE daemon) is not touched when it
 * ends well.
 *
 * Any thread may call it. The process must not reap children it does not know (`waitpid(-1)`), nor ignore SIGCHLD.
 *
 * @param executable absolute path
 * @param arguments without the name of the program
 * @throws ProcessError when it cannot start, is ended, or exits with another code than 0
 */
[[nodiscard]] RunResult run(const std::string& executable, const std::vector<std::string>& arguments,
                            const RunOptions& options);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_PROCESS_HPP
