#include "agent/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "documents/error.hpp"
#include "system/system-error.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {
namespace {

/** How long a pipe or a terminal may stay silent before the next bytes. */
constexpr int silenceMaxMs = 60'000;

/** What libuv says of these, which the Node host repeats. */
constexpr std::array<std::pair<int, std::string_view>, 7> sentences{{
    {ENOENT, "no such file or directory"},
    {EACCES, "permission denied"},
    {EISDIR, "illegal operation on a directory"},
    {ENOTDIR, "not a directory"},
    {ELOOP, "too many symbolic links encountered"},
    {ENAMETOOLONG, "name too long"},
    {EIO, "i/o error"},
}};

/** The cause of a failure, in the words of the Node host. */
Error systemFailure(int number, std::string_view call) {
  for (const auto& [known, sentence] : sentences) {
    if (known == number) {
      const std::string name = errnoName(number);
      return Error(name, name + ": " + std::string(sentence) + ", " + std::string(call));
    }
  }
  return systemError(call, number);
}

Error unreadable(const std::string& name, std::string_view purpose, const Error& cause) {
  return Error("cli-input", "cannot read the " + std::string(purpose),
               {.expected = "a readable file, or - for standard input",
                .got = name + ": " + cause.code(),
                .advice = "check the path and the rights of the file"},
               {cause});
}

Error tooLarge(const std::string& name, std::string_view purpose, std::size_t sizeMaxBytes) {
  return Error("cli-input-size", "the " + std::string(purpose) + " is too large",
               {.expected = "at most " + std::to_string(sizeMaxBytes) + " bytes",
                .got = "more, in " + name,
                .advice = purpose == "document"
                              ? "give the document of one task or app; a list of apps is checked app by app"
                              : "check whether it is the right file"});
}

void awaitBytes(int fd) {
  pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
  for (;;) {
    const int ready = ::poll(&wanted, 1, silenceMaxMs);
    if (ready > 0) return;
    if (ready == 0) throw Error("internal", "nothing came for " + std::to_string(silenceMaxMs / 1000) + " s");
    if (errno != EINTR) throw systemFailure(errno, "poll");
  }
}

/** Reads to the end, or past the limit. */
std::string readWhole(int fd, std::size_t sizeMaxBytes) {
  std::string bytes;
  std::array<char, 64 * 1024> part;
  while (bytes.size() <= sizeMaxBytes) {
    awaitBytes(fd);
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count == 0) break;
    if (count > 0) {
      bytes.append(part.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR && errno != EAGAIN) {
      throw systemFailure(errno, "read");
    }
  }
  return bytes;
}

std::string readFile(const std::string& file, std::size_t sizeMaxBytes) {
  const std::string quoted = "'" + file + "'";
  struct stat status;
  if (::stat(file.c_str(), &status) != 0) throw systemFailure(errno, "stat " + quoted);
  // Not blocking, so that a FIFO that nobody writes to has the deadline of a silent pipe.
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.isOpen()) throw systemFailure(errno, "open " + quoted);
  return readWhole(fd.get(), sizeMaxBytes);
}

}  // namespace

std::string readInput(const std::string& file, std::string_view purpose, std::size_t sizeMaxBytes) {
  const std::string name = file == "-" ? "<stdin>" : file;
  std::string bytes;
  try {
    bytes = file == "-" ? readWhole(STDIN_FILENO, sizeMaxBytes) : readFile(file, sizeMaxBytes);
  } catch (const Error& cause) {
    throw unreadable(name, purpose, cause);
  }
  if (bytes.size() > sizeMaxBytes) throw tooLarge(name, purpose, sizeMaxBytes);
  return bytes;
}

}  // namespace dvdi
