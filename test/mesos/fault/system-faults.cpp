/**
 * Preloaded into dvdi-agent as it is released: counts what the process changes on the machine (directories, mounts, the
 * bytes of the ledger, processes and connections to drivers), and at one of these calls kills the process or lets the
 * call fail. Children do not inherit it: the agent gives them a clean environment.
 *
 * `DVDI_FAULT` is a number from 1 and what happens then: `kill-before` and `kill-after` end the process by SIGKILL;
 * `fail` has the call fail with EIO, `fail-on` that one and all after it, `fail-after` does the call and has its report
 * lost. `DVDI_FAULT_LOG` is a file that gets a line for each call that was hit, written before anything happens to it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

/** What is done to a call. */
enum class Fate { untouched, killBefore, killAfter, fail, failAfter };

struct Orders {
  long at = 0;
  std::string what;
  const char* log = nullptr;
};

Orders readOrders() {
  Orders orders;
  const char* text = std::getenv("DVDI_FAULT");
  if (text == nullptr) return orders;
  char* end = nullptr;
  orders.at = std::strtol(text, &end, 10);
  orders.what = *end == ' ' ? end + 1 : "";
  orders.log = std::getenv("DVDI_FAULT_LOG");
  for (const char* known : {"kill-before", "kill-after", "fail", "fail-on", "fail-after"}) {
    if (orders.what == known && orders.at > 0) return orders;
  }
  std::fprintf(stderr, "DVDI_FAULT: expected a number and what happens then, got %s\n", text);
  std::abort();
}

template <typename Function>
Function realOf(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void note(const Orders& orders, long number, std::string_view call) {
  if (orders.log == nullptr) return;
  // Not by the calls that are counted here.
  static const auto write = realOf<ssize_t (*)(int, const void*, size_t)>("write");
  const int fd = ::open(orders.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = std::to_string(number) + " " + std::string(call) + "\n";
  if (fd < 0 || write(fd, line.data(), line.size()) < 0) std::abort();
  ::close(fd);
}

const Orders& givenOrders() {
  static const Orders orders = readOrders();
  return orders;
}

bool losesReports() { return givenOrders().what == "fail-after"; }

Fate fateOf(std::string_view call) {
  const Orders& orders = givenOrders();
  static std::atomic<long> count{0};
  if (orders.at == 0) return Fate::untouched;
  const long number = ++count;
  const bool isLater = orders.what == "fail-on" && number > orders.at;
  if (number != orders.at && !isLater) return Fate::untouched;
  note(orders, number, call);
  if (orders.what == "kill-before") return Fate::killBefore;
  if (orders.what == "kill-after") return Fate::killAfter;
  return orders.what == "fail-after" ? Fate::failAfter : Fate::fail;
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/** @param refused what the call answers when it fails, beside EIO in errno */
template <typename Answer, typename Act>
Answer around(const char* call, Answer refused, Act act) {
  const Fate fate = fateOf(call);
  if (fate == Fate::killBefore) die();
  if (fate == Fate::fail) {
    errno = EIO;
    return refused;
  }
  const Answer answer = act();
  if (fate == Fate::killAfter) die();
  if (fate == Fate::failAfter) {
    errno = EIO;
    return refused;
  }
  return answer;
}

}  // namespace

// NOLINTBEGIN: the names and the shapes are those of the C library.
#pragma GCC visibility push(default)
extern "C" {

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  static const auto real = realOf<int (*)(int, const char*, mode_t)>("mkdirat");
  return around("mkdirat", -1, [&] { return real(directory, path, mode); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto real = realOf<int (*)(const char*, mode_t)>("mkdir");
  return around("mkdir", -1, [&] { return real(path, mode); });
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  static const auto real = realOf<int (*)(int, const char*, int)>("unlinkat");
  return around("unlinkat", -1, [&] { return real(directory, path, flags); });
}

int unlink(const char* path) noexcept {
  static const auto real = realOf<int (*)(const char*)>("unlink");
  return around("unlink", -1, [&] { return real(path); });
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = realOf<int (*)(const char*, const char*)>("rename");
  return around("rename", -1, [&] { return real(from, to); });
}

int chown(const char* path, uid_t uid, gid_t gid) noexcept {
  static const auto real = realOf<int (*)(const char*, uid_t, gid_t)>("chown");
  return around("chown", -1, [&] { return real(path, uid, gid); });
}

int chmod(const char* path, mode_t mode) noexcept {
  static const auto real = realOf<int (*)(const char*, mode_t)>("chmod");
  return around("chmod", -1, [&] { return real(path, mode); });
}

int mount(const char* source, const char* target, const char* type, unsigned long flags, const void* data) noexcept {
  static const auto real =
      realOf<int (*)(const char*, const char*, const char*, unsigned long, const void*)>("mount");
  return around("mount", -1, [&] { return real(source, target, type, flags, data); });
}

int umount2(const char* target, int flags) noexcept {
  static const auto real = realOf<int (*)(const char*, int)>("umount2");
  return around("umount2", -1, [&] { return real(target, flags); });
}

int open_tree(int directory, const char* path, unsigned flags) noexcept {
  static const auto real = realOf<int (*)(int, const char*, unsigned)>("open_tree");
  return around("open_tree", -1, [&] { return real(directory, path, flags); });
}

int mount_setattr(int directory, const char* path, unsigned flags, struct mount_attr* attributes,
                  size_t size) noexcept {
  static const auto real =
      realOf<int (*)(int, const char*, unsigned, struct mount_attr*, size_t)>("mount_setattr");
  return around("mount_setattr", -1, [&] { return real(directory, path, flags, attributes, size); });
}

int move_mount(int fromDirectory, const char* from, int toDirectory, const char* to, unsigned flags) noexcept {
  static const auto real = realOf<int (*)(int, const char*, int, const char*, unsigned)>("move_mount");
  return around("move_mount", -1, [&] { return real(fromDirectory, from, toDirectory, to, flags); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  static const auto real = realOf<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return around("pwrite", static_cast<ssize_t>(-1), [&] { return real(fd, bytes, size, offset); });
}

int fdatasync(int fd) {
  static const auto real = realOf<int (*)(int)>("fdatasync");
  return around("fdatasync", -1, [&] { return real(fd); });
}

int fsync(int fd) {
  static const auto real = realOf<int (*)(int)>("fsync");
  return around("fsync", -1, [&] { return real(fd); });
}

int ftruncate64(int fd, off64_t size) noexcept {
  static const auto real = realOf<int (*)(int, off64_t)>("ftruncate64");
  return around("ftruncate", -1, [&] { return real(fd, size); });
}

int connect(int fd, const struct sockaddr* address, socklen_t size) {
  static const auto real = realOf<int (*)(int, const struct sockaddr*, socklen_t)>("connect");
  return around("connect", -1, [&] { return real(fd, address, size); });
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  static const auto real = realOf<ssize_t (*)(int, const void*, size_t, int)>("send");
  return around("send", static_cast<ssize_t>(-1), [&] { return real(fd, bytes, size, flags); });
}

ssize_t recv(int fd, void* bytes, size_t size, int flags) {
  static const auto real = realOf<ssize_t (*)(int, void*, size_t, int)>("recv");
  return around("recv", static_cast<ssize_t>(-1), [&] { return real(fd, bytes, size, flags); });
}

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const argv[], char* const environment[]) noexcept {
  static const auto real =
      realOf<int (*)(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const[],
                     char* const[])>("posix_spawn");
  // No machine starts a process and does not say so: there is no report that could be lost.
  const auto act = [&] { return real(pid, path, actions, attributes, argv, environment); };
  return losesReports() ? act() : around("posix_spawn", EIO, act);
}

}  // extern "C"
#pragma GCC visibility pop
// NOLINTEND
