#include "system/child-process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace dvdi {

namespace {

/** Every file action or attribute that cannot be made is want of memory. */
void require(int number) {
  if (number != 0) throw systemError("posix_spawn", number);
}

class FileActions {
 public:
  FileActions() { require(::posix_spawn_file_actions_init(&actions_)); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() { require(::posix_spawnattr_init(&attributes_)); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

struct Pipe {
  UniqueFd readEnd;
  UniqueFd writeEnd;
};

Pipe makePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw systemError("pipe2", errno);
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // Only our end: what the child writes to blocks as it expects.
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) throw systemError("fcntl", errno);
  return pipe;
}

/** The caller is a thread of any program: its mask and its handlers are not the child's business. */
void setAttributes(Attributes& attributes) {
  sigset_t none;
  ::sigemptyset(&none);
  sigset_t all;
  ::sigfillset(&all);
  require(::posix_spawnattr_setsigmask(attributes.get(), &none));
  require(::posix_spawnattr_setsigdefault(attributes.get(), &all));
  require(::posix_spawnattr_setpgroup(attributes.get(), 0));
  require(::posix_spawnattr_setflags(
      attributes.get(), POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& executable, const std::vector<std::string>& arguments,
                           const RunOptions& options) {
  Pipe output = makePipe();
  Pipe errors = makePipe();
  FileActions actions;
  require(::posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0));
  require(::posix_spawn_file_actions_adddup2(actions.get(), output.writeEnd.get(), 1));
  require(::posix_spawn_file_actions_adddup2(actions.get(), errors.writeEnd.get(), 2));
  // Whatever else this process has open, marked or not: runc had such a leak as CVE-2024-21626.
  require(::posix_spawn_file_actions_addclosefrom_np(actions.get(), 3));
  require(::posix_spawn_file_actions_addchdir_np(actions.get(), "/"));
  Attributes attributes;
  setAttributes(attributes);

  std::vector<std::string> argv{executable};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
  const int number = ::posix_spawn(&pid_, executable.c_str(), actions.get(), attributes.get(),
                                   pointersTo(argv).data(), pointersTo(environment).data());
  if (number != 0) {
    ProcessFailure failure{};
    failure.fault = ProcessFault::start;
    failure.executable = executable;
    failure.number = number;
    throw ProcessError(failure);
  }
  // It is not reaped before this object says so: the number cannot be anybody else's by now.
  pidFd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidFd_.isOpen()) {
    const int refused = errno;
    static_cast<void>(signalGroup(SIGKILL));
    reap();
    throw systemError("pidfd_open", refused);
  }
  output_ = std::move(output.readEnd);
  errors_ = std::move(errors.readEnd);
}

ChildProcess::~ChildProcess() {
  if (isReaped_) return;
  static_cast<void>(signalGroup(SIGKILL));
  reap();
}

ChildExit ChildProcess::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  isReaped_ = true;
  if (WIFSIGNALED(status)) return {std::nullopt, WTERMSIG(status)};
  return {WEXITSTATUS(status), std::nullopt};
}

bool ChildProcess::signalGroup(int signal) const { return ::kill(-pid_, signal) == 0; }

}  // namespace dvdi
