#include "system/directory-walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <deque>
#include <utility>

#include "system/kernel-feature.hpp"
#include "system/system-call.hpp"
#include "system/text-file.hpp"

namespace dvdi {

namespace {

/** What Linux itself follows before it answers ELOOP: path_resolution(7). */
constexpr int linksMax = 40;

struct Component {
  std::string name;
  /** The place's path up to here; nothing when a link led here. */
  std::optional<std::string> path;
};

class Walk {
 public:
  Walk(const Place& place, const MakeMissing& makeMissing, Directory base)
      : asked_(place.path), makeMissing_(makeMissing), current_(std::move(base)) {}

  Directory run(const std::vector<std::string>& names) {
    std::string path;
    for (const std::string& name : names) {
      path += "/" + name;
      pending_.push_back({name, path});
    }
    while (!pending_.empty()) {
      const Component component = std::move(pending_.front());
      pending_.pop_front();
      if (!enter(component)) follow(component);
    }
    return std::move(current_);
  }

 private:
  [[nodiscard]] std::string shown(const Component& component) const {
    return component.path ? *component.path : joinPath(current_.path(), component.name);
  }

  [[noreturn]] void fail(DirectoryFault fault, const Component& component, int number = 0) const {
    throw DirectoryError(fault, asked_, shown(component), number);
  }

  /** @returns false when it is a link, or was something else a moment ago */
  bool enter(const Component& component) {
    for (bool mayMake = makeMissing_ && component.path.has_value();; mayMake = false) {
      UniqueFd fd = openEntry(current_.fd(), component.name);
      const int number = errno;
      if (fd.isOpen()) {
        const bool isTrusted = current_.isTrusted() && belongsToRootAlone(fd.get());
        current_ = Directory(std::move(fd), joinPath(current_.path(), component.name), isTrusted);
        return true;
      }
      if (number == ENOENT && mayMake) {
        if (auto made = makeMissing_(current_, component.name, *component.path)) {
          current_ = std::move(*made);
          return true;
        }
        continue;
      }
      if (number == ENOENT) fail(DirectoryFault::missing, component);
      if (number != ENOTDIR && number != ELOOP) fail(DirectoryFault::refused, component, number);
      return false;
    }
  }

  void follow(const Component& component) {
    const std::string text = linkText(component);
    if (++links_ > linksMax) fail(DirectoryFault::loop, component);
    if (text.starts_with('/')) current_ = Directory::root();
    std::deque<Component> names;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('/', at), text.size());
      std::string name = text.substr(at, end - at);
      if (!name.empty() && name != ".") names.push_back({std::move(name), std::nullopt});
      at = end + 1;
    }
    pending_.insert(pending_.begin(), names.begin(), names.end());
  }

  [[nodiscard]] std::string linkText(const Component& component) const {
    struct stat found {};
    if (::fstatat(current_.fd(), component.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
      fail(DirectoryFault::replaced, component, errno);
    }
    if (!S_ISLNK(found.st_mode)) {
      fail(S_ISDIR(found.st_mode) ? DirectoryFault::replaced : DirectoryFault::other, component);
    }
    if (!current_.isTrusted()) fail(DirectoryFault::link, component);
    const auto text = readLinkAt(current_.fd(), component.name);
    if (!text) fail(DirectoryFault::replaced, component, errno);
    return *text;
  }

  const std::string& asked_;
  const MakeMissing& makeMissing_;
  Directory current_;
  std::deque<Component> pending_;
  int links_ = 0;
};

Directory openBase(const Within& within) {
  if (const auto* path = std::get_if<std::string>(&within)) return walk({FromRoot{}, *path}).duplicate();
  if (const auto* directory = std::get_if<const Directory*>(&within)) return (*directory)->duplicate();
  return Directory::root();
}

/** The whole path at once; nothing when there is a link on it, or anything else that needs a closer look. */
std::optional<Directory> openWhole(const Directory& base, const std::string& path) {
  if (path == "/" || !hasFeature(KernelFeature::openat2)) return std::nullopt;
  UniqueFd fd = openBeneath(base.fd(), path.substr(1), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (!fd.isOpen()) return std::nullopt;
  return Directory(std::move(fd), joinPath(base.path(), path.substr(1)), false);
}

}  // namespace

Directory walk(const Place& place, const MakeMissing& makeMissing) {
  const std::vector<std::string> names = segmentsOf(place.path);
  Directory base = openBase(place.within);
  if (auto whole = openWhole(base, place.path)) return std::move(*whole);
  return Walk(place, makeMissing, std::move(base)).run(names);
}

std::vector<std::string> segmentsOf(const std::string& path) {
  if (path == "/") return {};
  std::vector<std::string> names;
  bool isNormal = path.starts_with('/') && path.find('\0') == std::string::npos;
  for (std::size_t at = 1; isNormal && at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    names.push_back(path.substr(at, end - at));
    isNormal = !names.back().empty() && names.back() != "." && names.back() != "..";
    at = end + 1;
  }
  if (!isNormal || names.empty()) throw DirectoryError(DirectoryFault::pathInvalid, path, path);
  return names;
}

ParentAndName splitPath(const std::string& path) {
  const auto names = segmentsOf(path);
  if (names.empty()) throw DirectoryError(DirectoryFault::pathInvalid, path, path);
  return {parentOf(path), names.back()};
}

bool isAtOrUnder(const std::string& path, const std::string& directory) {
  return directory == "/" || path == directory || path.starts_with(directory + "/");
}

std::string parentOf(const std::string& path) {
  const std::size_t end = path.rfind('/');
  return end == 0 || end == std::string::npos ? "/" : path.substr(0, end);
}

}  // namespace dvdi
