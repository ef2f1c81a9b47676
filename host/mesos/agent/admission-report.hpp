#pragma once

#include <string>
#include <string_view>

#include "documents/error.hpp"
#include "documents/json.hpp"
#include "system/redaction.hpp"

namespace dvdi {

/** From which verdict on a run fails. */
enum class FailOn { warn, deny };

/** What a run has found, in the form that `dvdi admit --json` prints: docs/admit.md has it field by field. */
class AdmissionReport {
 public:
  /**
   * @param description what the core says of itself
   * @param now the clock that exceptions were judged by
   */
  AdmissionReport(const Json& description, std::string now, FailOn failOn);

  /** @param file what the user calls the policy */
  void addPolicy(const std::string& file, const Json& findings, bool isRefused);

  /** @param admission the core's answer, which may hold secrets */
  void addDocument(const std::string& file, const Json& admission, const Redactor& redactor);

  /** A file that cannot be checked: the others are, all the same. */
  void addFailure(const std::string& file, const Error& error);

  [[nodiscard]] Json document() const;
  /** Whether the worst verdict is as bad as what a run fails on. */
  [[nodiscard]] bool isFailed() const;
  [[nodiscard]] bool hasFailures() const { return !failures_.empty(); }

 private:
  [[nodiscard]] std::string worstVerdict() const;
  [[nodiscard]] Json counts() const;

  Json tool_;
  std::string now_;
  FailOn failOn_;
  Json policy_ = nullptr;
  Json policyFindings_ = Json::array();
  bool isPolicyRefused_ = false;
  Json documents_ = Json::array();
  Json failures_ = Json::array();
};

}  // namespace dvdi
