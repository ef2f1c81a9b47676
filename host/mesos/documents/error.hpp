#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dvdi {

/** What a failure has to say beyond its message; `--json` prints the same fields (docs/errors.md). */
struct ErrorDetails {
  std::optional<std::string> expected;
  std::optional<std::string> got;
  /** What to do. */
  std::optional<std::string> advice;
};

/**
 * A failure of the world, in the form of every error of the house: a stable code, what was expected, what was got, what
 * to do, and what led to it. Mistakes of the user are findings and not errors.
 *
 * No text of it may hold a secret: whoever makes one redacts first.
 */
class Error : public std::runtime_error {
 public:
  /**
   * @param code stable, with a section in docs/errors.md
   * @param causes what led to it, or each of several failures
   */
  Error(std::string code, const std::string& message, ErrorDetails details = {}, std::vector<Error> causes = {})
      : std::runtime_error(message),
        code_(std::move(code)),
        details_(std::move(details)),
        causes_(std::make_shared<const std::vector<Error>>(std::move(causes))) {}

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const ErrorDetails& details() const noexcept { return details_; }
  [[nodiscard]] const std::vector<Error>& causes() const noexcept { return *causes_; }

 private:
  std::string code_;
  ErrorDetails details_;
  std::shared_ptr<const std::vector<Error>> causes_;
};

}  // namespace dvdi
