#ifndef DVDI_LEDGER_LEDGER_HPP
#define DVDI_LEDGER_LEDGER_HPP

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "ledger/holds.hpp"
#include "ledger/ledger-files.hpp"
#include "ledger/ledger-writer.hpp"

namespace dvdi {

/**
 * The ledger of one machine in one SQLite file (docs/ledger.md), shared with every other host that opens it. Any thread
 * may use it. It never counts references for a decision: it hands rows to the core.
 */
class Ledger {
 public:
  /**
   * Opens the ledger of a state directory, and makes it where there is none.
   * @throws LedgerError
   */
  explicit Ledger(const std::string& stateDirectory, HoldsWorld world = {});
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger() = default;

  /** Whose holds are ours: a random uuid, another one for each open ledger. */
  [[nodiscard]] const std::string& holder() const noexcept { return holder_.id(); }

  /** Runs `work` on one consistent state; it must not wait for anything. @throws LedgerError */
  template <typename Work>
  auto read(Work work) -> std::invoke_result_t<Work, LedgerReader&> {
    return transact<LedgerReader>(Transaction::deferred, std::move(work));
  }

  /**
   * Runs `work` as one step: nobody else comes in between, all of it is durable when this returns, and none of it
   * happens when `work` throws. It must not wait for anything.
   * @throws LedgerError
   */
  template <typename Work>
  auto change(Work work) -> std::invoke_result_t<Work, LedgerWriter&> {
    return transact<LedgerWriter>(Transaction::immediate, std::move(work));
  }

  /**
   * Takes a name: `volume …` (`volumeKey`), `container …` or `directories`.
   * @throws LedgerError `ledger-busy`, StoppedError
   */
  [[nodiscard]] Hold hold(const std::string& name, const HoldOptions& options) { return holds_.take(name, options); }

 private:
  template <typename Rows, typename Work>
  auto transact(Transaction mode, Work work) -> std::invoke_result_t<Work, Rows&> {
    using Result = std::invoke_result_t<Work, Rows&>;
    if constexpr (std::is_void_v<Result>) {
      connection_.transact(mode, [&](Database& database) {
        Rows rows(database);
        work(rows);
      });
      checkPlace();
    } else {
      std::optional<Result> result;
      connection_.transact(mode, [&](Database& database) {
        Rows rows(database);
        result.emplace(work(rows));
      });
      checkPlace();
      return std::move(*result);
    }
  }

  /**
   * Looked at after the work: what went into a file that was set aside meanwhile does not count, and who rebuilt the
   * ledger from it may or may not have seen it.
   */
  void checkPlace() const;

  LedgerFiles files_;
  HolderDirectory holders_;
  Connection connection_;
  std::optional<FileIdentity> identity_;
  Holder holder_;
  Holds holds_;
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_HPP
