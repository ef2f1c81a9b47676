#ifndef DVDI_LEDGER_LEDGER_ERROR_HPP
#define DVDI_LEDGER_LEDGER_ERROR_HPP

#include <string>

#include "system/system-error.hpp"

namespace dvdi {

/**
 * A failure of the ledger; every code has its section in docs/errors.md. Nothing of the change that failed was kept.
 */
class LedgerError : public Error {
 public:
  LedgerError(const std::string& code, const std::string& message, const std::string& advice,
              std::vector<Error> causes = {})
      : Error(code, message, {std::nullopt, std::nullopt, advice}, std::move(causes)) {}
};

/** Says a failure of the filesystem around the ledger in our words. @param number errno */
[[nodiscard]] LedgerError filesystemFailure(int number, const std::string& path);

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_ERROR_HPP
