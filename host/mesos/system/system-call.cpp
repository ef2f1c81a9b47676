#include "system/system-call.hpp"

#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "system/kernel-feature.hpp"

namespace dvdi {

namespace {

/** EPERM is an answer of openat2 itself for some files, but never for an O_PATH open: then it is a filter's. */
UniqueFd openOnce(int directory, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

}  // namespace

UniqueFd openBeneath(int directory, const std::string& path, int flags) {
  UniqueFd fd = openOnce(directory, path, flags);
  // EAGAIN: somebody renamed something just then, so that the kernel could not be sure to have stayed beneath.
  for (int tries = 0; !fd.isOpen() && errno == EAGAIN && tries < 16; ++tries) fd = openOnce(directory, path, flags);
  if (!fd.isOpen() && isMissingCall(errno)) {
    const int number = errno;
    noteMissing(KernelFeature::openat2, number);
    errno = number;
  }
  return fd;
}

}  // namespace dvdi
