#include "ledger/ledger-writer.hpp"

#include "system/boot-id.hpp"
#include "system/printable-text.hpp"
#include "system/system-error.hpp"

namespace dvdi {

namespace {

void requireChange(int changes, const std::string& container) {
  if (changes == 0) throw defect("expected the container " + inQuotes(container) + " in the ledger, got none");
}

}  // namespace

void LedgerWriter::intend(const NewContainer& container, const std::vector<Claim>& claims) {
  if (containerId(container.container)) {
    throw defect("expected no container " + inQuotes(container.container) + ", got one");
  }
  const std::int64_t id = addContainer(container, ContainerState::preparing);
  std::int64_t position = 0;
  for (const Claim& claim : claims) {
    const auto known = volumeRowId(claim.volume);
    const std::int64_t volume = known ? *known
                                      : addVolume(claim.volume, claim.options, claim.transport, VolumeState::released,
                                                  std::nullopt);
    addClaim(id, volume, position++, claim);
  }
}

void LedgerWriter::finish(const std::string& container, const std::string& answer) {
  requireChange(database_.run("UPDATE containers SET state = 'prepared', answer = ? WHERE name = ?",
                              {answer, container}),
                container);
}

void LedgerWriter::beginCleanup(const std::string& container) {
  requireChange(database_.run("UPDATE containers SET state = 'cleaning' WHERE name = ?", {container}), container);
}

void LedgerWriter::dropClaim(const std::string& container, const VolumeId& volume) {
  database_.run(
      "DELETE FROM claims WHERE container = (SELECT id FROM containers WHERE name = ?) "
      "AND volume = (SELECT id FROM volumes WHERE driver = ? AND name = ?)",
      {container, volume.driver, volume.name});
}

void LedgerWriter::forget(const std::string& container) {
  const auto id = containerId(container);
  if (!id) return;
  database_.run("DELETE FROM claims WHERE container = ?", {*id});
  database_.run("DELETE FROM containers WHERE id = ?", {*id});
}

void LedgerWriter::noteVolume(const VolumeId& volume, const VolumeNote& note) {
  const auto row = volumeRowId(volume);
  if (!row) throw defect("expected a row for the volume " + inQuotes(volume.name) + ", got none");
  const auto& mount = note.mount;
  database_.run(
      "UPDATE volumes SET mountpoint = ?, mount_path = ?, mount_id = ?, mount_device = ?, mount_boot = ?, "
      "options = coalesce(?, options), transport = coalesce(?, transport) WHERE id = ?",
      {valueOf(note.mountpoint), mount ? Value(mount->path) : Value(nullptr), mount ? Value(mount->id) : Value(nullptr),
       mount ? Value(mount->device) : Value(nullptr), mount ? Value(mount->boot) : Value(nullptr),
       note.options ? Value(toJsonText(toJson(*note.options))) : Value(nullptr),
       note.transport ? Value(toJsonText(toJson(*note.transport))) : Value(nullptr), *row});
  // What is just being released again may fail again: then that counts on.
  if (note.state != VolumeState::releasing || note.failure) noteAttempt(*row, note.failure);
  // Last: the row is gone after it when the volume is released and nobody claims it.
  database_.run("UPDATE volumes SET changed_ms = iif(state = ?1, changed_ms, ?2), state = ?1 WHERE id = ?3",
                {std::string(textOf(note.state)), std::int64_t{wallClockMs()}, *row});
}

void LedgerWriter::forgetVolume(const VolumeId& volume) {
  const auto row = database_.get("SELECT users FROM volumes WHERE driver = ? AND name = ?",
                                 {volume.driver, volume.name});
  if (row && row->number(0) != 0) throw defect("expected no claim on " + inQuotes(volume.name) + ", got some");
  database_.run("DELETE FROM volumes WHERE driver = ? AND name = ?", {volume.driver, volume.name});
}

void LedgerWriter::noteDirectory(const std::string& path) {
  database_.run("INSERT INTO directories (path) VALUES (?) ON CONFLICT DO NOTHING", {path});
}

void LedgerWriter::forgetDirectory(const std::string& path) {
  database_.run("DELETE FROM directories WHERE path = ?", {path});
}

void LedgerWriter::addCheckpoint(const std::vector<CheckpointRow>& rows) {
  std::int64_t position = 0;
  for (const CheckpointRow& each : rows) {
    const auto knownContainer = containerId(each.container);
    const std::int64_t container =
        knownContainer ? *knownContainer
                       : addContainer({each.container, std::nullopt, std::nullopt}, ContainerState::prepared);
    const auto knownVolume = volumeRowId(each.volume);
    const std::int64_t volume = knownVolume ? *knownVolume
                                            : addVolume(each.volume, each.options, each.transport,
                                                        VolumeState::mounted, each.mountpoint);
    if (!database_.get("SELECT 1 FROM claims WHERE container = ? AND volume = ?", {container, volume})) {
      // The old checkpoint knows neither modes nor steps: it mounted read-write, and no plan is left to number.
      addClaim(container, volume, position, {each.container, each.volume, each.options, each.path, "rw",
                                             each.transport, 0});
    }
    ++position;
  }
}

void LedgerWriter::noteImported() {
  database_.run("INSERT INTO meta (key, value) VALUES ('imported', '1') ON CONFLICT DO NOTHING");
}

void LedgerWriter::noteAttempt(std::int64_t row, const std::optional<VolumeFailure>& failure) {
  if (!failure) {
    database_.run(
        "UPDATE volumes SET attempts = 0, retry_uptime_ms = NULL, retry_boot = NULL, error = NULL WHERE id = ?", {row});
    return;
  }
  const auto& retry = failure->retry;
  database_.run("UPDATE volumes SET attempts = attempts + 1, retry_uptime_ms = ?, retry_boot = ?, error = ? "
                "WHERE id = ?",
                {retry ? Value(retry->uptimeMs) : Value(nullptr), retry ? Value(retry->boot) : Value(nullptr),
                 failure->error, row});
}

std::int64_t LedgerWriter::addContainer(const NewContainer& container, ContainerState state) {
  const auto& process = container.process;
  const auto row = database_.get(
      "INSERT INTO containers (name, state, request_hash, pid, start_ticks, boot, created_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
      {container.container, std::string(textOf(state)), valueOf(container.requestHash),
       process ? Value(process->pid) : Value(nullptr), process ? Value(process->startTicks) : Value(nullptr),
       process ? Value(process->boot) : Value(nullptr), std::int64_t{wallClockMs()}});
  return row->number(0);
}

std::int64_t LedgerWriter::addVolume(const VolumeId& volume, const VolumeOptions& options, const Transport& transport,
                                     VolumeState state, const std::optional<std::string>& mountpoint) {
  const auto row = database_.get(
      "INSERT INTO volumes (driver, name, options, transport, mountpoint, state, changed_ms) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
      {volume.driver, volume.name, toJsonText(toJson(options)), toJsonText(toJson(transport)), valueOf(mountpoint),
       std::string(textOf(state)), std::int64_t{wallClockMs()}});
  return row->number(0);
}

void LedgerWriter::addClaim(std::int64_t container, std::int64_t volume, std::int64_t position, const Claim& claim) {
  database_.run(
      "INSERT INTO claims (container, volume, position, path, mode, options, transport, step) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {container, volume, position, valueOf(claim.path), claim.mode, toJsonText(toJson(claim.options)),
       toJsonText(toJson(claim.transport)), claim.step});
}

}  // namespace dvdi
