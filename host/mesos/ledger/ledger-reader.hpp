#ifndef DVDI_LEDGER_LEDGER_READER_HPP
#define DVDI_LEDGER_LEDGER_READER_HPP

#include "ledger/database.hpp"
#include "ledger/ledger-rows.hpp"

namespace dvdi {

/** Reads the tables, inside of one transaction. Each look-up costs the same however many containers are live. */
class LedgerReader {
 public:
  explicit LedgerReader(Database& database) : database_(database) {}

  /**
   * Volumes whose driver and name match one of `ids` without regard to ASCII case; `users` counts containers other than
   * `container`.
   */
  [[nodiscard]] std::vector<LedgerVolume> volumesLike(const std::vector<VolumeId>& ids,
                                                      const std::string& container) const;
  /** Volumes that `container` claims; `users` counts the other containers that claim them. */
  [[nodiscard]] std::vector<LedgerVolume> volumesOf(const std::string& container) const;
  [[nodiscard]] std::optional<VolumeRecord> volume(const VolumeId& id) const;
  /** The volume, other than `except`, that is mounted at a path or has its mount there. */
  [[nodiscard]] std::optional<VolumeId> volumeAt(const std::string& path, const VolumeId& except) const;
  /** All volumes, or those after one in the order of their keys; for work in parts. */
  [[nodiscard]] std::vector<VolumeRecord> volumes(const VolumeId& after = {}, std::int64_t limit = -1) const;
  /** Volumes without a user that are not released and whose next try is due; with `all`, whether due or not. */
  [[nodiscard]] std::vector<VolumeId> releasable(const Retry& now, bool all = false) const;
  /**
   * Directories made by the isolator at or above a path of `container`; `users` is 0 when no other container has a path
   * at or under them, and 1 otherwise.
   */
  [[nodiscard]] std::vector<LedgerDirectory> directoriesOf(const std::string& container) const;
  /** Whether the isolator made the directory at a path. */
  [[nodiscard]] bool hasDirectory(const std::string& path) const;
  /** All directories with those that have a path there. */
  [[nodiscard]] std::vector<RecoverDirectory> directories() const;
  /** Whether any claim of another container has a path at `path` or under it. */
  [[nodiscard]] bool pathInUse(const std::string& path, const std::string& exceptContainer) const;
  [[nodiscard]] std::optional<ContainerRecord> container(const std::string& container) const;
  /** Containers in the order in which they came. */
  [[nodiscard]] std::vector<ContainerRecord> containers() const;
  /** Whether the old checkpoints were looked for already. */
  [[nodiscard]] bool hasImported() const;
  /** When the ledger was found damaged and rebuilt, the last ones, oldest first: a JSON array. */
  [[nodiscard]] Json damages() const;

 protected:
  [[nodiscard]] std::optional<std::int64_t> containerId(const std::string& container) const;
  [[nodiscard]] std::optional<std::int64_t> volumeRowId(const VolumeId& id) const;

  Database& database_;

 private:
  [[nodiscard]] VolumeRecord recordOf(const Row& row) const;
};

/** The path itself and every directory above it, `/` last. */
[[nodiscard]] std::vector<std::string> directoriesAbove(const std::string& path);

}  // namespace dvdi

#endif  // DVDI_LEDGER_LEDGER_READER_HPP
