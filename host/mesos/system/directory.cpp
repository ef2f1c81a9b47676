#include "system/directory.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "system/kernel-feature.hpp"
#include "system/system-call.hpp"
#include "system/system-error.hpp"
#include "system/text-file.hpp"

namespace dvdi {

namespace {

constexpr int openFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool isRootsAlone(const struct stat& found) { return found.st_uid == 0 && (found.st_mode & 0022) == 0; }

}  // namespace

Directory::Directory(UniqueFd fd, std::string path, bool isTrusted)
    : fd_(std::move(fd)), path_(std::move(path)), isTrusted_(isTrusted) {}

Directory Directory::root() {
  UniqueFd fd(::open("/", openFlags));
  if (!fd.isOpen()) throw systemError("open \"/\"", errno);
  const bool isTrusted = belongsToRootAlone(fd.get());
  return {std::move(fd), "/", isTrusted};
}

std::string Directory::self() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

Directory Directory::duplicate() const {
  UniqueFd fd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3));
  if (!fd.isOpen()) throw systemError("fcntl", errno);
  return {std::move(fd), path_, false};
}

struct stat Directory::status() const {
  struct stat found {};
  if (::fstat(fd_.get(), &found) != 0) throw systemError("fstat", errno);
  return found;
}

Identity Directory::identity() const {
  const struct stat found = status();
  return {found.st_dev, found.st_ino};
}

bool Directory::isOnlyRoots() const { return isRootsAlone(status()); }

std::string Directory::place() const {
  const auto place = readLink(self());
  if (!place) throw systemError("readlink", errno);
  return *place;
}

UniqueFd openEntry(int directory, const std::string& name) {
  // A link of root's may lead up, which openat2 would refuse beneath a directory; `..` itself is never a link.
  if (name != ".." && hasFeature(KernelFeature::openat2)) {
    UniqueFd fd = openBeneath(directory, name, openFlags);
    if (fd.isOpen() || !isMissingCall(errno) || hasFeature(KernelFeature::openat2)) return fd;
  }
  return UniqueFd(::openat(directory, name.c_str(), openFlags));
}

std::string joinPath(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

bool belongsToRootAlone(int fd) {
  struct stat found {};
  return ::fstat(fd, &found) == 0 && isRootsAlone(found);
}

}  // namespace dvdi
