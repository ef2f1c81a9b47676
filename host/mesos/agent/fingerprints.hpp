#pragma once

#include <map>
#include <string>

#include "documents/json.hpp"

namespace dvdi {

/**
 * Fingerprints for the findings of one file, the same as the Node host's (host/admission/fingerprint.ts): they stay
 * when lines move and when tasks change their order.
 */
class Fingerprints {
 public:
  /** @param file as the user named it: `./app.json` and its absolute path make the same fingerprints */
  explicit Fingerprints(const std::string& file);

  /**
   * Takes each finding once, in order.
   * @param finding without secrets, since a hash can be guessed at
   * @param task that it is about, of the core's answer; null for none
   */
  [[nodiscard]] std::string of(const Json& finding, const Json& task);

 private:
  std::string path_;
  std::map<std::string, int> seen_;
};

/** The innermost task that a finding lies in; null when it is about none. */
[[nodiscard]] Json taskOf(const Json& finding, const Json& tasks);

}  // namespace dvdi
