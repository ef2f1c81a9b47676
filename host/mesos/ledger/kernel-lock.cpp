#include "ledger/kernel-lock.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "ledger/ledger-error.hpp"
#include "ledger/ledger-files.hpp"

namespace dvdi {

namespace {

/** SQLite's pending, reserved and shared bytes (sqlite.org/fileformat.html, "the lock-byte page"). */
struct flock wholeLock() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 0x40000000;
  lock.l_len = 512;
  return lock;
}

UniqueFd openExisting(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.isOpen() && errno != ENOENT) throw filesystemFailure(errno, path);
  return fd;
}

}  // namespace

std::optional<KernelLock> KernelLock::take(const std::string& path) {
  makeFile(path);
  return takeExisting(path);
}

std::optional<KernelLock> KernelLock::takeExisting(const std::string& path) {
  UniqueFd fd = openExisting(path);
  if (!fd.isOpen()) return std::nullopt;
  struct flock lock = wholeLock();
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return KernelLock(std::move(fd));
  if (errno == EAGAIN || errno == EACCES) return std::nullopt;
  throw filesystemFailure(errno, path);
}

bool KernelLock::isTaken(const std::string& path) {
  const UniqueFd fd = openExisting(path);
  if (!fd.isOpen()) return false;
  struct flock lock = wholeLock();
  if (::fcntl(fd.get(), F_OFD_GETLK, &lock) != 0) throw filesystemFailure(errno, path);
  return lock.l_type != F_UNLCK;
}

}  // namespace dvdi
