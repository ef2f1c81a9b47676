#ifndef DVDI_LEDGER_LEDGER_WRITER_HPP
#define DVDI_LEDGER_LEDGER_WRITER_HPP

#include "ledger/ledger-reader.hpp"

namespace dvdi {

/** Reads and changes the tables, inside of one transaction. */
class LedgerWriter : public LedgerReader {
 public:
  using LedgerReader::LedgerReader;

  /** Writes the container as `preparing`, and its claims; a volume without a row gets one in state `released`. */
  void intend(const NewContainer& container, const std::vector<Claim>& claims);
  /** The container is prepared; `answer` is what `prepare` says when it is asked again. */
  void finish(const std::string& container, const std::string& answer);
  /** From here on the container is being cleaned up. */
  void beginCleanup(const std::string& container);
  /** Drops one claim; a released volume that nobody claims leaves the table. */
  void dropClaim(const std::string& container, const VolumeId& volume);
  /** Drops the container and all of its claims. */
  void forget(const std::string& container);
  /** Notes what is known of a volume. In state `released` and with no claim it leaves the table. */
  void noteVolume(const VolumeId& volume, const VolumeNote& note);
  /** Drops a volume that nobody claims, whatever its state: only `release --forget` does. */
  void forgetVolume(const VolumeId& volume);
  void noteDirectory(const std::string& path);
  void forgetDirectory(const std::string& path);
  /** Adds what an old checkpoint says: containers as prepared, volumes as mounted; what is there already stays. */
  void addCheckpoint(const std::vector<CheckpointRow>& rows);
  void noteImported();

 private:
  void noteAttempt(std::int64_t row, const std::optional<VolumeFailure>& failure);
  std::int64_t addContainer(const NewContainer& container, ContainerState state);
  std::int64_t addVolume(const VolumeId& volume, const VolumeOptions& options, const Transport& transport,
                         VolumeState state, const std::optional<std::string>& mountpoint);
  void addClaim(std::int64_t container, std::int64_t volume, std::int64_t position, const Claim& claim);
};

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_WRITER_HPP
