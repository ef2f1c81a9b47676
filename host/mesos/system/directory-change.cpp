#include "system/directory-change.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "system/foreign-mounts.hpp"

namespace dvdi {

namespace {

constexpr mode_t permissions = 07777;

/** A directory that was made, under the one that it was made in. */
struct Made {
  Directory parent;
  std::string name;
  std::string path;
};

[[noreturn]] void refuse(const std::string& asked, const std::string& component, int number) {
  throw DirectoryError(DirectoryFault::refused, asked, component, number);
}

Removal removeEntry(const Directory& parent, const std::string& name) {
  if (::unlinkat(parent.fd(), name.c_str(), AT_REMOVEDIR) == 0) return Removal::removed;
  switch (errno) {
    case ENOENT:
      return Removal::missing;
    case ENOTEMPTY:
    case EEXIST:
      return Removal::notEmpty;
    case EBUSY:
      return Removal::busy;
    case ENOTDIR:
      return Removal::replaced;
    default:
      break;
  }
  const int number = errno;
  const std::string path = joinPath(parent.path(), name);
  refuse(path, path, number);
}

/** Sets owner and mode of a directory just made, after a look whether it still is ours. */
void adopt(const Directory& directory, const Directory& parent, const std::string& path, const std::string& asked,
           const Making& making) {
  const struct stat found = directory.status();
  // Who may write to the parent can put another directory here, but none that belongs to us and only us may enter.
  if (found.st_uid != ::geteuid() || (found.st_mode & 0077) != 0) {
    throw DirectoryError(DirectoryFault::replaced, asked, path);
  }
  const struct stat model = parent.status();
  const uid_t uid = making.owner == NewOwner::root ? 0 : model.st_uid;
  const gid_t gid = making.owner == NewOwner::root ? 0 : model.st_gid;
  const std::string self = directory.self();
  if ((found.st_uid != uid || found.st_gid != gid) && ::chown(self.c_str(), uid, gid) != 0) {
    refuse(asked, path, errno);
  }
  if (::chmod(self.c_str(), making.mode & permissions) != 0) refuse(asked, path, errno);
}

class Maker {
 public:
  Maker(const Place& place, const Making& making) : place_(place), making_(making) {}

  /** Makes and opens a directory; nothing when somebody else was faster: then it is not ours. */
  std::optional<Directory> make(const Directory& parent, const std::string& name, const std::string& path) {
    if (making_.beforeMaking) making_.beforeMaking(path);
    // Nobody else enters before owner and mode are what they shall be.
    if (::mkdirat(parent.fd(), name.c_str(), 0700) != 0) {
      if (errno == EEXIST) return std::nullopt;
      refuse(place_.path, path, errno);
    }
    made_.push_back({parent.duplicate(), name, path});
    UniqueFd fd = openEntry(parent.fd(), name);
    const int number = errno;
    if (!fd.isOpen()) {
      const bool isReplaced = number == ENOENT || number == ENOTDIR || number == ELOOP;
      throw DirectoryError(isReplaced ? DirectoryFault::replaced : DirectoryFault::refused, place_.path, path, number);
    }
    Directory directory(std::move(fd), joinPath(parent.path(), name), false);
    adopt(directory, parent, path, place_.path, making_);
    return directory;
  }

  /** Removes what was made, the deepest first. @returns what could not be removed */
  std::vector<Error> takeBack() {
    std::vector<Error> failures;
    for (auto each = made_.rbegin(); each != made_.rend(); ++each) {
      try {
        static_cast<void>(removeEntry(each->parent, each->name));
      } catch (const Error& error) {
        failures.push_back(error);
      }
    }
    return failures;
  }

  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> all;
    for (const Made& made : made_) all.push_back(made.path);
    return all;
  }

 private:
  const Place& place_;
  const Making& making_;
  std::vector<Made> made_;
};

}  // namespace

const char* removalText(Removal removal) {
  switch (removal) {
    case Removal::removed:
      return "removed";
    case Removal::missing:
      return "missing";
    case Removal::notEmpty:
      return "not-empty";
    case Removal::busy:
      return "busy";
    case Removal::replaced:
      break;
  }
  return "replaced";
}

Ensured ensureDirectory(const Place& place, const Making& making) {
  Maker maker(place, making);
  try {
    Directory directory = walk(place, [&](const Directory& parent, const std::string& name, const std::string& path) {
      return maker.make(parent, name, path);
    });
    return {std::move(directory), maker.paths()};
  } catch (...) {
    std::vector<Error> failures = maker.takeBack();
    if (failures.empty()) throw;
    failures.insert(failures.begin(), caughtError());
    throw Error(failures.front().code(), "a directory could not be made, nor what was made be removed again", {},
                failures);
  }
}

Removal removeDirectory(const Place& place) {
  const auto [parentPath, name] = splitPath(place.path);
  try {
    const Directory parent = walk({place.within, parentPath});
    if (isMountedElsewhere(joinPath(parent.place(), name))) return Removal::busy;
    return removeEntry(parent, name);
  } catch (const DirectoryError& error) {
    if (error.fault() == DirectoryFault::missing) return Removal::missing;
    if (error.fault() == DirectoryFault::refused || error.fault() == DirectoryFault::pathInvalid) throw;
    return Removal::replaced;
  }
}

void matchOwner(const Directory& target, const Directory& model) {
  const struct stat have = target.status();
  const struct stat want = model.status();
  const std::string self = target.self();
  const bool isAlike = have.st_uid == want.st_uid && have.st_gid == want.st_gid;
  if (!isAlike && ::chown(self.c_str(), want.st_uid, want.st_gid) != 0) refuse(target.path(), target.path(), errno);
  if ((have.st_mode & permissions) == (want.st_mode & permissions)) return;
  if (::chmod(self.c_str(), want.st_mode & permissions) != 0) refuse(target.path(), target.path(), errno);
}

}  // namespace dvdi
