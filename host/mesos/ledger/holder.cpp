#include "ledger/holder.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "ledger/ledger-error.hpp"
#include "ledger/ledger-files.hpp"

namespace dvdi {

namespace {

/** A new one each time somebody's sweep took the file between making and locking it; ten in a row were seen. */
constexpr int triesMax = 1'000;

/** RFC 9562, version 4. */
std::string randomUuid() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw systemError("getrandom", errno);
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    if (index == 4 || index == 6 || index == 8 || index == 10) text += '-';
    text += digits[bytes[index] >> 4];
    text += digits[bytes[index] & 0x0f];
  }
  return text;
}

/** Only such names are ever put into a path. */
bool isUuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool isDash = index == 8 || index == 13 || index == 18 || index == 23;
    const char character = text[index];
    const bool isHex = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    if (isDash ? character != '-' : !isHex) return false;
  }
  return true;
}

std::vector<std::string> idsIn(const std::string& path) {
  std::vector<std::string> ids;
  std::error_code failed;
  for (std::filesystem::directory_iterator each(path, failed), end; !failed && each != end; each.increment(failed)) {
    const std::string name = each->path().filename().string();
    if (isUuid(name)) ids.push_back(name);
  }
  if (failed) throw filesystemFailure(failed.value(), path);
  return ids;
}

}  // namespace

HolderDirectory::HolderDirectory(std::string path) : path_(std::move(path)) {
  if (::mkdir(path_.c_str(), 0700) == 0) return;
  if (errno != EEXIST || !std::filesystem::is_directory(path_)) throw filesystemFailure(errno, path_);
}

bool HolderDirectory::isAlive(const std::string& id) const { return isUuid(id) && KernelLock::isTaken(fileOf(id)); }

bool HolderDirectory::hasLiving() const {
  for (const std::string& id : idsIn(path_)) {
    if (isAlive(id)) return true;
  }
  return false;
}

void HolderDirectory::remove(const std::string& id) const {
  if (isUuid(id)) ::unlink(fileOf(id).c_str());
}

void HolderDirectory::sweep() const {
  for (const std::string& id : idsIn(path_)) {
    // Its lock is kept until the file is gone, so that nobody who has just made it begins to live in it meanwhile.
    if (const auto lock = KernelLock::takeExisting(fileOf(id))) remove(id);
  }
}

Holder::Holder(HolderDirectory directory) : directory_(std::move(directory)) {
  for (int tries = 0; tries < triesMax; ++tries) {
    id_ = randomUuid();
    lock_ = KernelLock::take(directory_.fileOf(id_));
    // Somebody's sweep may have met the file while it was not locked yet, and removed it.
    if (lock_ && isThere(directory_.fileOf(id_))) return;
  }
  throw LedgerError("ledger-failed",
                    directory_.path() + ": expected to keep a lock file there, got each of " +
                        std::to_string(triesMax) + " taken away",
                    "something removes files there: it must leave the state directory alone");
}

Holder::~Holder() { directory_.remove(id_); }

}  // namespace dvdi
