#include "ledger/ledger-reader.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "ledger/ledger-error.hpp"

namespace dvdi {

namespace {

/** Directories name at most this many of those that use them: the core needs to know whether one is running. */
constexpr std::size_t directoryContainersMax = 64;

/** What `LedgerVolume` and `VolumeRecord` read, in the order of `Column`. */
constexpr const char* volumeColumns =
    "id, driver, name, options, transport, mountpoint, mount_path, mount_id, mount_device, mount_boot, state, users, "
    "attempts, retry_uptime_ms, retry_boot, error, changed_ms";

enum Column : std::size_t {
  id,
  driver,
  name,
  options,
  transport,
  mountpoint,
  mountPath,
  mountId,
  mountDevice,
  mountBoot,
  state,
  users,
  attempts,
  retryUptimeMs,
  retryBoot,
  error,
  changedMs,
};

constexpr const char* containerColumns = "name, state, request_hash, answer, pid, start_ticks, boot, created_ms";

/** @throws LedgerError `ledger-damaged`: the tables' constraints let in nothing but JSON */
Json jsonOf(const std::string& text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& failure) {
    throw LedgerError("ledger-damaged", "the ledger: expected JSON in a row, got something else",
                      "open it again: it is then checked, set aside and rebuilt",
                      {defect(failure.what())});
  }
}

std::optional<LedgerMount> mountOf(const Row& row) {
  if (row.isNull(mountPath)) return std::nullopt;
  return LedgerMount{row.text(mountPath), row.number(mountId), row.text(mountDevice), row.text(mountBoot)};
}

/** What the two shapes of a volume have in common. */
template <typename Volume>
Volume commonOf(const Row& row) {
  Volume volume;
  volume.id = {row.text(driver), row.text(name)};
  volume.options = optionsFrom(jsonOf(row.text(options)));
  volume.transport = transportFrom(jsonOf(row.text(transport)));
  volume.mountpoint = row.optionalText(mountpoint);
  volume.mount = mountOf(row);
  volume.state = volumeStateOf(row.text(state));
  return volume;
}

/** @param ownUses 1 when the container that asks claims the volume itself, else 0 */
LedgerVolume volumeOf(const Row& row, std::int64_t ownUses) {
  auto volume = commonOf<LedgerVolume>(row);
  volume.users = row.number(users) - ownUses;
  return volume;
}

ContainerState containerStateOf(const std::string& text) {
  if (text == "prepared") return ContainerState::prepared;
  return text == "cleaning" ? ContainerState::cleaning : ContainerState::preparing;
}

ContainerRecord containerOf(const Row& row) {
  ContainerRecord record;
  record.container = row.text(0);
  record.state = containerStateOf(row.text(1));
  record.requestHash = row.optionalText(2);
  record.answer = row.optionalText(3);
  if (!row.isNull(6)) record.process = ProcessRecord{row.number(4), row.number(5), row.text(6)};
  record.createdMs = row.number(7);
  return record;
}

std::vector<std::string> textsIn(const std::vector<Row>& rows) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Row& row : rows) texts.push_back(row.text(0));
  return texts;
}

/**
 * The texts strictly between which every path under a directory lies, in the order of bytes: `0` is the character after
 * `/`, so that `/tmp-2` is not between `/tmp/` and `/tmp0`.
 */
std::pair<std::string, std::string> rangeUnder(const std::string& directory) {
  const std::string stem = directory == "/" ? "" : directory;
  return {stem + "/", stem + "0"};
}

}  // namespace

std::vector<LedgerVolume> LedgerReader::volumesLike(const std::vector<VolumeId>& ids,
                                                    const std::string& container) const {
  static const std::string sql =
      std::string("SELECT ") + volumeColumns +
      " FROM volumes WHERE driver = ? COLLATE NOCASE AND name = ? COLLATE NOCASE ORDER BY id";
  const auto own = containerId(container);
  std::vector<LedgerVolume> found;
  std::set<std::int64_t> known;
  for (const VolumeId& each : ids) {
    for (const Row& row : database_.all(sql, {each.driver, each.name})) {
      if (!known.insert(row.number(id)).second) continue;
      const bool isOwn = own && database_.get("SELECT 1 FROM claims WHERE container = ? AND volume = ?",
                                              {*own, row.number(id)});
      found.push_back(volumeOf(row, isOwn ? 1 : 0));
    }
  }
  return found;
}

std::vector<LedgerVolume> LedgerReader::volumesOf(const std::string& container) const {
  static const std::string sql = std::string("SELECT ") + volumeColumns +
                                 " FROM volumes WHERE id IN (SELECT volume FROM claims WHERE container = ?) "
                                 "ORDER BY id";
  const auto own = containerId(container);
  std::vector<LedgerVolume> found;
  if (!own) return found;
  for (const Row& row : database_.all(sql, {*own})) found.push_back(volumeOf(row, 1));
  return found;
}

std::optional<VolumeRecord> LedgerReader::volume(const VolumeId& volumeId) const {
  static const std::string sql =
      std::string("SELECT ") + volumeColumns + " FROM volumes WHERE driver = ? AND name = ?";
  const auto row = database_.get(sql, {volumeId.driver, volumeId.name});
  if (!row) return std::nullopt;
  return recordOf(*row);
}

std::optional<VolumeId> LedgerReader::volumeAt(const std::string& path, const VolumeId& except) const {
  const auto row = database_.get(
      "SELECT driver, name FROM volumes WHERE (mountpoint = ?1 OR mount_path = ?1) AND state <> 'released' "
      "AND NOT (driver = ?2 AND name = ?3) LIMIT 1",
      {path, except.driver, except.name});
  if (!row) return std::nullopt;
  return VolumeId{row->text(0), row->text(1)};
}

std::vector<VolumeRecord> LedgerReader::volumes(const VolumeId& after, std::int64_t limit) const {
  static const std::string sql = std::string("SELECT ") + volumeColumns +
                                 " FROM volumes WHERE (driver, name) > (?, ?) ORDER BY driver, name LIMIT ?";
  std::vector<VolumeRecord> found;
  for (const Row& row : database_.all(sql, {after.driver, after.name, limit})) found.push_back(recordOf(row));
  return found;
}

std::vector<VolumeId> LedgerReader::releasable(const Retry& now, bool all) const {
  const auto rows = database_.all(
      "SELECT driver, name FROM volumes WHERE users = 0 AND state <> 'released' "
      "AND (?1 OR attempts = 0 OR retry_boot <> ?2 OR retry_uptime_ms <= ?3) ORDER BY id",
      {std::int64_t{all ? 1 : 0}, now.boot, now.uptimeMs});
  std::vector<VolumeId> found;
  for (const Row& row : rows) found.push_back({row.text(0), row.text(1)});
  return found;
}

std::vector<LedgerDirectory> LedgerReader::directoriesOf(const std::string& container) const {
  const auto rows = database_.all(
      "SELECT path FROM containers JOIN claims ON claims.container = containers.id "
      "WHERE containers.name = ? AND path IS NOT NULL ORDER BY position",
      {container});
  std::vector<std::string> paths;
  std::set<std::string> known;
  for (const Row& row : rows) {
    for (std::string& path : directoriesAbove(row.text(0))) {
      if (known.insert(path).second) paths.push_back(std::move(path));
    }
  }
  std::vector<LedgerDirectory> made;
  for (const std::string& path : paths) {
    if (hasDirectory(path)) made.push_back({path, pathInUse(path, container) ? 1 : 0});
  }
  return made;
}

bool LedgerReader::hasDirectory(const std::string& path) const {
  return database_.get("SELECT 1 FROM directories WHERE path = ?", {path}).has_value();
}

std::vector<RecoverDirectory> LedgerReader::directories() const {
  std::vector<RecoverDirectory> found;
  for (const Row& row : database_.all("SELECT path FROM directories ORDER BY path")) {
    const std::string& path = row.text(0);
    const auto [from, to] = rangeUnder(path);
    // Each half stops at its limit by itself: a union alone would go through all of both.
    std::vector<std::string> containers = textsIn(database_.all(
        "SELECT name FROM containers WHERE id IN ("
        "SELECT container FROM (SELECT DISTINCT container FROM claims WHERE path = ?1 LIMIT ?4) "
        "UNION SELECT container FROM (SELECT DISTINCT container FROM claims WHERE path > ?2 AND path < ?3 LIMIT ?4)"
        ") ORDER BY id",
        {path, from, to, static_cast<std::int64_t>(directoryContainersMax) + 1}));
    RecoverDirectory directory{path, std::nullopt};
    if (containers.size() <= directoryContainersMax) directory.containers = std::move(containers);
    found.push_back(std::move(directory));
  }
  return found;
}

bool LedgerReader::pathInUse(const std::string& path, const std::string& exceptContainer) const {
  const auto [from, to] = rangeUnder(path);
  const auto row = database_.get(
      "SELECT EXISTS (SELECT 1 FROM claims WHERE path = ?1 AND container <> ?4) "
      "OR EXISTS (SELECT 1 FROM claims WHERE path > ?2 AND path < ?3 AND container <> ?4)",
      {path, from, to, containerId(exceptContainer).value_or(-1)});
  return row && row->number(0) == 1;
}

std::optional<ContainerRecord> LedgerReader::container(const std::string& container) const {
  static const std::string sql = std::string("SELECT ") + containerColumns + " FROM containers WHERE name = ?";
  const auto row = database_.get(sql, {container});
  if (!row) return std::nullopt;
  return containerOf(*row);
}

std::vector<ContainerRecord> LedgerReader::containers() const {
  static const std::string sql = std::string("SELECT ") + containerColumns + " FROM containers ORDER BY id";
  std::vector<ContainerRecord> found;
  for (const Row& row : database_.all(sql)) found.push_back(containerOf(row));
  return found;
}

bool LedgerReader::hasImported() const {
  return database_.get("SELECT 1 FROM meta WHERE key = 'imported'").has_value();
}

Json LedgerReader::damages() const {
  const auto row = database_.get("SELECT value FROM meta WHERE key = 'damages'");
  const Json found = row ? Json::parse(row->text(0), nullptr, false) : Json::array();
  Json reports = Json::array();
  if (!found.is_array()) return reports;
  for (const Json& report : found) {
    if (report.is_object() && report.contains("setAside") && report["setAside"].is_string()) reports.push_back(report);
  }
  return reports;
}

std::optional<std::int64_t> LedgerReader::containerId(const std::string& container) const {
  const auto row = database_.get("SELECT id FROM containers WHERE name = ?", {container});
  if (!row) return std::nullopt;
  return row->number(0);
}

std::optional<std::int64_t> LedgerReader::volumeRowId(const VolumeId& volumeId) const {
  const auto row =
      database_.get("SELECT id FROM volumes WHERE driver = ? AND name = ?", {volumeId.driver, volumeId.name});
  if (!row) return std::nullopt;
  return row->number(0);
}

VolumeRecord LedgerReader::recordOf(const Row& row) const {
  auto record = commonOf<VolumeRecord>(row);
  record.containers = textsIn(database_.all(
      "SELECT name FROM containers WHERE id IN (SELECT container FROM claims WHERE volume = ?) ORDER BY id",
      {row.number(id)}));
  record.attempts = row.number(attempts);
  if (!row.isNull(retryBoot)) record.retry = Retry{row.number(retryUptimeMs), row.text(retryBoot)};
  record.error = row.optionalText(error);
  record.changedMs = row.number(changedMs);
  return record;
}

std::vector<std::string> directoriesAbove(const std::string& path) {
  std::vector<std::string> directories;
  for (std::size_t end = path.size(); end > 1 && end != std::string::npos; end = path.rfind('/', end - 1)) {
    directories.push_back(path.substr(0, end));
  }
  directories.emplace_back("/");
  return directories;
}

}  // namespace dvdi
