#include "ledger/ledger-files.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "ledger/ledger-error.hpp"
#include "system/directory-walk.hpp"
#include "system/file-trust.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {

namespace {

LedgerError unsafe(const std::string& path, const std::string& expected, const std::string& got,
                   const std::string& advice) {
  return LedgerError("ledger-unsafe", path + ": expected " + expected + ", got " + got, advice);
}

std::optional<struct stat> look(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return found;
}

void makeDirectories(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return;
  const int number = errno;
  if (number == ENOENT && path != "/") {
    makeDirectories(parentOf(path));
    if (::mkdir(path.c_str(), 0700) == 0) return;
  }
  const auto found = look(path);
  // What is there is a directory: why it could not be made does not matter.
  if (!found || !S_ISDIR(found->st_mode)) throw filesystemFailure(number, path);
}

void checkOwnership(const std::string& directory) {
  const auto found = look(directory);
  if (!found) throw filesystemFailure(errno, directory);
  const std::string user = std::to_string(::geteuid());
  if (found->st_uid != ::geteuid()) {
    throw unsafe(directory, "a state directory of user " + user, "one of user " + std::to_string(found->st_uid),
                 "chown it to " + user);
  }
  if ((found->st_mode & 0022) == 0) return;
  throw unsafe(directory, "a state directory that only its owner can write to", "mode " + octalMode(found->st_mode, 4),
               "choose a directory of its own, or `chmod 0700` it");
}

}  // namespace

LedgerFiles::LedgerFiles(const std::string& stateDirectory)
    : directory(stateDirectory),
      database(stateDirectory + "/ledger.sqlite"),
      openingLock(stateDirectory + "/opening.lock"),
      suspect(stateDirectory + "/ledger.suspect"),
      unfinished(stateDirectory + "/ledger.sqlite.unfinished"),
      rebuilt(stateDirectory + "/ledger.sqlite.rebuilt"),
      holders(stateDirectory + "/holders") {}

std::optional<FileIdentity> fileIdentity(const std::string& path) {
  const auto found = look(path);
  if (!found) return std::nullopt;
  return FileIdentity{found->st_dev, found->st_ino};
}

std::optional<std::uint64_t> sizeOf(const std::string& path) {
  const auto found = look(path);
  if (!found) return std::nullopt;
  return static_cast<std::uint64_t>(found->st_size);
}

bool isThere(const std::string& path) { return look(path).has_value(); }

void makeFile(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.isOpen() && errno != EEXIST) throw filesystemFailure(errno, path);
}

void syncDirectory(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.isOpen() || ::fsync(fd.get()) != 0) throw filesystemFailure(errno, path);
}

void noteSuspicion(const LedgerFiles& files) noexcept {
  const UniqueFd fd(::open(files.suspect.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

std::string openStateDirectory(const std::string& path) {
  if (!path.starts_with('/')) throw unsafe(path, "an absolute path", "a relative one", "name it from / on");
  std::string plain = path;
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  makeDirectories(plain);
  char resolved[PATH_MAX];
  if (::realpath(plain.c_str(), resolved) == nullptr) throw filesystemFailure(errno, path);
  const std::string directory = resolved;
  checkOwnership(directory);
  // SQLite would say no more than that it cannot open a file.
  if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) throw filesystemFailure(errno, path);
  return directory;
}

}  // namespace dvdi
