#include "isolator/checkpoint-import.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "isolator/cleaning.hpp"
#include "system/boot-id.hpp"
#include "system/deadline.hpp"
#include "system/file-trust.hpp"
#include "system/mount-identity.hpp"
#include "system/printable-text.hpp"
#include "system/redaction.hpp"
#include "system/unique-fd.hpp"

namespace dvdi {

namespace {

constexpr const char* fileName = "dvdimounts.pb";

[[noreturn]] void refuse(const std::string& path, const std::string& got) {
  throw Error("checkpoint-unreadable",
              inQuotes(path) + ": expected a checkpoint that can be read and trusted, or none; got " + got);
}

/** What it says is unmounted as root one day: it must be nobody's but root's, or ours. */
std::optional<std::string> readUnlessMissing(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd.isOpen()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    refuse(path, errnoName(errno));
  }
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0) refuse(path, errnoName(errno));
  if (!S_ISREG(found.st_mode)) refuse(path, "something that is no file");
  if (const auto distrust = distrustOf(found)) refuse(path, "one, but " + *distrust);
  std::string bytes;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, errnoName(errno));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/**
 * The mount at a volume's mountpoint. One above it is not taken for the volume's own: that may be any, and would be
 * taken away one day.
 */
std::optional<LedgerMount> mountAt(const std::optional<std::string>& path) {
  if (!path) return std::nullopt;
  try {
    const MountIdentity found =
        lookInTime("looking at " + inQuotes(*path), [path = *path] { return identifyMount(path); });
    if (!found.isRoot || found.mountpoint == "/") return std::nullopt;
    return LedgerMount{found.mountpoint, found.key.mountId, found.key.device, bootId()};
  } catch (const Error&) {
    // Nothing is there, or nobody can tell: then only the driver unmounts it.
    return std::nullopt;
  }
}

/** @returns false when another isolator was faster */
bool takeOver(Ledger& ledger, const std::vector<CheckpointRow>& rows) {
  std::vector<std::optional<LedgerMount>> mounts;
  for (const CheckpointRow& row : rows) mounts.push_back(mountAt(row.mountpoint));
  return ledger.change([&](LedgerWriter& writer) {
    if (writer.hasImported()) return false;
    writer.addCheckpoint(rows);
    for (std::size_t index = 0; index < rows.size(); ++index) {
      const CheckpointRow& row = rows[index];
      const auto known = writer.volume(row.volume);
      const bool isAsWritten = known && known->state == VolumeState::mounted && !known->mount &&
                               known->mountpoint == row.mountpoint;
      if (!mounts[index] || !isAsWritten) continue;
      writer.noteVolume(row.volume, {VolumeState::mounted, row.mountpoint, mounts[index]});
    }
    writer.noteImported();
    return true;
  });
}

}  // namespace

std::vector<std::string> checkpointPlaces(const std::string& stateDirectory, const std::string& workDirectory) {
  std::vector<std::string> places{stateDirectory + "/" + fileName};
  if (!workDirectory.empty()) places.push_back(workDirectory + "/meta/" + fileName);
  return places;
}

Json importCheckpoints(const IsolatorParts& parts, const std::vector<std::string>& paths) {
  const Json none = Json::array();
  if (paths.empty() || parts.ledger.read([](LedgerReader& rows) { return rows.hasImported(); })) return none;
  std::vector<std::pair<std::string, Json>> found;
  std::vector<CheckpointRow> rows;
  bool isTrusted = true;
  for (const std::string& path : paths) {
    const auto bytes = readUnlessMissing(path);
    if (!bytes) continue;
    Json answer = parts.core.importCheckpoint(*bytes);
    isTrusted = isTrusted && !isDenied(answer);
    for (const Json& row : answer.at("rows")) rows.push_back(checkpointRowFrom(row));
    found.emplace_back(path, std::move(answer));
  }
  if (isTrusted && !takeOver(parts.ledger, rows)) return none;
  Json imported = Json::array();
  for (const auto& [path, answer] : found) {
    const Json findings = Redactor(answer.at("rows")).document(answer.at("findings"));
    const std::size_t count = isTrusted ? answer.at("rows").size() : 0;
    parts.events.tell(
        findings.empty() ? EventLevel::info : EventLevel::warn, "checkpoint-imported",
        {{"container", nullptr}, {"path", path}, {"rows", count}, {"codes", firstItems(codesIn(findings))}});
    imported.push_back(
        {{"path", path}, {"verdict", answer.at("verdict")}, {"rows", count}, {"findings", findings}});
  }
  return imported;
}

}  // namespace dvdi
