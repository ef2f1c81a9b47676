#ifndef DVDI_SYSTEM_UNIQUE_FD_HPP
#define DVDI_SYSTEM_UNIQUE_FD_HPP

#include <unistd.h>

#include <utility>

namespace dvdi {

/** An open fd with one owner, who closes it once. */
class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool isOpen() const noexcept { return fd_ >= 0; }

  void reset() noexcept {
    // The number is free after close(2), whatever it says: a second try could hit somebody else's.
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace dvdi

#endif  // DVDI_SYSTEM_UNIQUE_FD_HPP
