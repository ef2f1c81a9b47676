#ifndef DVDI_SYSTEM_MOUNT_TABLE_HPP
#define DVDI_SYSTEM_MOUNT_TABLE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "system/directory.hpp"

namespace dvdi {

/** One line of mountinfo: proc_pid_mountinfo(5). */
struct MountEntry {
  std::int64_t id = 0;
  std::int64_t parentId = 0;
  /** `major:minor`. */
  std::string device;
  /** The directory of the filesystem that is mounted here. */
  std::string root;
  std::string mountpoint;
  /** Per mount, for example `ro`. */
  std::vector<std::string> options;
  /** Peer group that mount events are exchanged with. */
  std::optional<std::int64_t> shared;
  /** Peer group that mount events come from. */
  std::optional<std::int64_t> master;
  bool isUnbindable = false;
  std::string filesystem;
  std::string source;
  /** Per filesystem. */
  std::vector<std::string> superOptions;

  [[nodiscard]] bool hasOption(std::string_view option) const;
};

/** The mounts of one mount namespace at one moment. Pointers to entries live as long as the table. */
class MountTable {
 public:
  explicit MountTable(std::vector<MountEntry> entries);
  MountTable(MountTable&&) noexcept = default;
  MountTable& operator=(MountTable&&) noexcept = default;
  MountTable(const MountTable&) = delete;
  MountTable& operator=(const MountTable&) = delete;
  ~MountTable() = default;

  [[nodiscard]] const std::vector<MountEntry>& entries() const& noexcept { return entries_; }
  const std::vector<MountEntry>& entries() && = delete;

  /** null when there is none. */
  [[nodiscard]] const MountEntry* byId(std::int64_t id) const;

  /** Mounts made directly on a directory of this mount. */
  [[nodiscard]] std::vector<const MountEntry*> childrenOf(const MountEntry& entry) const;

  /** Every mount below this one, parents first, hidden ones too. */
  [[nodiscard]] std::vector<const MountEntry*> descendantsOf(const MountEntry& entry) const;

  /**
   * The mount that a normalised absolute path without links leads into, the way the kernel walks: from the root
   * downwards, always into the topmost mount, so that neither stacked nor hidden mounts deceive.
   */
  [[nodiscard]] const MountEntry* covering(const std::string& path) const;

  /** The topmost mount whose mountpoint is exactly this path, or null. */
  [[nodiscard]] const MountEntry* at(const std::string& path) const;

  /**
   * All mounts that are stacked on one path, bottom to top; none when it is no mountpoint. What lies under a directory
   * that was mounted over cannot be reached by this path and does not count.
   */
  [[nodiscard]] std::vector<const MountEntry*> layersAt(const std::string& path) const;

 private:
  std::vector<MountEntry> entries_;
  std::unordered_map<std::int64_t, std::size_t> byId_;
  std::unordered_map<std::int64_t, std::vector<std::size_t>> children_;
};

/**
 * Parses the text of /proc/PID/mountinfo.
 * @throws Error `internal` on a line that does not have its shape: the kernel then speaks a language we do not know
 */
[[nodiscard]] MountTable parseMountTable(std::string_view text);

/** The mount table of this thread's mount namespace. */
[[nodiscard]] MountTable readMountTable();

/** The id of the mount that an open fd (an O_PATH one too) is on. */
[[nodiscard]] std::int64_t mountIdOf(int fd);

/**
 * Whether a directory is where a mount begins: then its parent is on another mount, or it is the root of all, which is
 * its own parent.
 */
[[nodiscard]] bool isMountRoot(const Directory& directory);

/** `major:minor`, as the mount table writes a device. */
[[nodiscard]] std::string deviceText(dev_t device);

}  // namespace dvdi

#endif  // DVDI_SYSTEM_MOUNT_TABLE_HPP
