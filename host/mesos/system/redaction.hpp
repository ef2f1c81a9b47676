#ifndef DVDI_SYSTEM_REDACTION_HPP
#define DVDI_SYSTEM_REDACTION_HPP

#include <string>
#include <string_view>
#include <vector>

#include "documents/json.hpp"

namespace dvdi {

/** What stands where a secret stood. */
inline constexpr std::string_view redacted = "***";

/**
 * Takes secrets out of texts and documents on their way to a person or a log, exactly as the Node host does
 * (host/system/redaction.ts, which says why each rule is as it is).
 *
 * Made for the options that the core marked as secret (docs/policy.md, "secretOptions"). A marked option itself always
 * loses its value. In texts its value goes in every spelling in which drivers and tools are likely to repeat it
 * (secret-spellings.hpp). What has been hashed, encoded otherwise or cut up is not found.
 */
class Redactor {
 public:
  /** Knows no secret. */
  Redactor() = default;
  /** @param document where options are looked for, at any depth: an inspection, a plan, rows of the ledger */
  explicit Redactor(const Json& document);

  [[nodiscard]] bool hasSecrets() const noexcept { return !patterns_.empty(); }
  [[nodiscard]] std::string text(std::string_view input) const;
  /** A copy without the secrets. */
  [[nodiscard]] Json document(const Json& document) const;

 private:
  /** A text to look for, and the part of it that must not be shown. */
  struct Pattern {
    std::string text;
    std::size_t start;
    std::size_t end;
  };
  struct Span {
    std::size_t start;
    std::size_t end;
  };

  void addSecret(const std::string& key, const std::string& value);
  void findSecrets(const Json& value);
  [[nodiscard]] Json copy(const Json& value, std::string_view field) const;
  static void addSpans(const Pattern& pattern, std::string_view input, std::vector<Span>& spans);

  std::vector<Pattern> patterns_;
};

}  // namespace dvdi

#endif  // DVDI_SYSTEM_REDACTION_HPP
