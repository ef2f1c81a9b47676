#include "ledger/ledger-error.hpp"

#include <cerrno>

namespace dvdi {

LedgerError filesystemFailure(int number, const std::string& path) {
  const auto fail = [&](const char* code, const std::string& what, const char* advice) {
    return LedgerError(code, path + ": " + what + " (" + errnoName(number) + ")", advice);
  };
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return fail("ledger-full", "expected space for the ledger, got none", "free some and try again");
    case EROFS:
      return fail("ledger-read-only", "expected a place that can be written", "choose another state directory");
    case EACCES:
    case EPERM:
      return fail("ledger-rights", "expected the right to read and write there", "run it as the owner, usually root");
    case ENOTDIR:
    case EEXIST:
      return fail("ledger-unsafe", "expected a directory, got something else", "choose another state directory");
    default:
      return fail("ledger-failed", "the state directory cannot be used", "check the disk and the kernel log");
  }
}

}  // namespace dvdi
