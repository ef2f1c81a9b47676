#include "system/mount-table.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "system/directory-walk.hpp"
#include "system/printable-text.hpp"
#include "system/system-error.hpp"
#include "system/text-file.hpp"

namespace dvdi {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

bool isOctal(char character) { return character >= '0' && character <= '7'; }

/** The kernel writes space, tab, line feed, backslash and `#` as three octal digits. */
std::string unescapeOctal(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool isEscape = text[at] == '\\' && at + 3 < text.size() && isOctal(text[at + 1]) &&
                          isOctal(text[at + 2]) && isOctal(text[at + 3]);
    if (!isEscape) {
      plain += text[at];
      continue;
    }
    const int value = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
    plain += static_cast<char>(value);
    at += 3;
  }
  return plain;
}

std::optional<std::int64_t> numberIn(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/** Tags that are not known are left alone, as the manual page demands. */
void readPropagation(const std::vector<std::string_view>& tags, MountEntry& entry) {
  for (const std::string_view tag : tags) {
    if (tag.starts_with("shared:")) entry.shared = numberIn(tag.substr(7));
    if (tag.starts_with("master:")) entry.master = numberIn(tag.substr(7));
    if (tag == "unbindable") entry.isUnbindable = true;
  }
}

bool isDevice(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && numberIn(text.substr(0, colon)) && numberIn(text.substr(colon + 1));
}

MountEntry parseLine(std::string_view line) {
  const std::vector<std::string_view> fields = split(line, ' ');
  const auto separator = fields.size() < 7 ? fields.end() : std::find(fields.begin() + 6, fields.end(), "-");
  const auto id = fields.size() < 3 ? std::nullopt : numberIn(fields[0]);
  const auto parentId = fields.size() < 3 ? std::nullopt : numberIn(fields[1]);
  if (!id || !parentId || fields.end() - separator < 4 || !isDevice(fields[2])) {
    throw defect("expected a line of mountinfo, got " + quotedPrintable(line, 300));
  }
  MountEntry entry;
  entry.id = *id;
  entry.parentId = *parentId;
  entry.device = fields[2];
  entry.root = unescapeOctal(fields[3]);
  entry.mountpoint = unescapeOctal(fields[4]);
  for (const std::string_view option : split(fields[5], ',')) entry.options.emplace_back(option);
  readPropagation({fields.begin() + 6, separator}, entry);
  entry.filesystem = unescapeOctal(*(separator + 1));
  entry.source = unescapeOctal(*(separator + 2));
  for (const std::string_view option : split(*(separator + 3), ',')) {
    entry.superOptions.push_back(unescapeOctal(option));
  }
  return entry;
}

}  // namespace

bool MountEntry::hasOption(std::string_view option) const {
  return std::find(options.begin(), options.end(), option) != options.end();
}

MountTable::MountTable(std::vector<MountEntry> entries) : entries_(std::move(entries)) {
  for (std::size_t index = 0; index < entries_.size(); ++index) {
    byId_.insert_or_assign(entries_[index].id, index);
    children_[entries_[index].parentId].push_back(index);
  }
}

const MountEntry* MountTable::byId(std::int64_t id) const {
  const auto found = byId_.find(id);
  return found == byId_.end() ? nullptr : &entries_[found->second];
}

std::vector<const MountEntry*> MountTable::childrenOf(const MountEntry& entry) const {
  std::vector<const MountEntry*> children;
  if (const auto found = children_.find(entry.id); found != children_.end()) {
    for (const std::size_t index : found->second) {
      if (&entries_[index] != &entry) children.push_back(&entries_[index]);
    }
  }
  return children;
}

std::vector<const MountEntry*> MountTable::descendantsOf(const MountEntry& entry) const {
  std::vector<const MountEntry*> all;
  for (const MountEntry* child : childrenOf(entry)) {
    all.push_back(child);
    const auto below = descendantsOf(*child);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

const MountEntry* MountTable::covering(const std::string& path) const {
  const auto root = std::find_if(entries_.begin(), entries_.end(), [&](const MountEntry& entry) {
    return byId(entry.parentId) == nullptr || entry.parentId == entry.id;
  });
  const MountEntry* current = root == entries_.end() ? nullptr : &*root;
  while (current != nullptr) {
    const MountEntry* first = nullptr;
    for (const MountEntry* child : childrenOf(*current)) {
      if (!isAtOrUnder(path, child->mountpoint)) continue;
      if (first == nullptr || child->mountpoint.size() < first->mountpoint.size()) first = child;
    }
    if (first == nullptr) return current;
    current = first;
  }
  return nullptr;
}

const MountEntry* MountTable::at(const std::string& path) const {
  const MountEntry* entry = covering(path);
  return entry != nullptr && entry->mountpoint == path ? entry : nullptr;
}

std::vector<const MountEntry*> MountTable::layersAt(const std::string& path) const {
  std::vector<const MountEntry*> layers;
  const MountEntry* entry = at(path);
  while (entry != nullptr && entry->mountpoint == path &&
         std::find(layers.begin(), layers.end(), entry) == layers.end()) {
    layers.push_back(entry);
    entry = byId(entry->parentId);
  }
  std::reverse(layers.begin(), layers.end());
  return layers;
}

MountTable parseMountTable(std::string_view text) {
  std::vector<MountEntry> entries;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) entries.push_back(parseLine(line));
  }
  return MountTable(std::move(entries));
}

MountTable readMountTable() {
  // `thread-self`: a thread may have gone into a mount namespace of its own.
  const auto text = readTextFile("/proc/thread-self/mountinfo");
  if (!text) throw defect("expected /proc/thread-self/mountinfo to be readable; mount /proc");
  return parseMountTable(*text);
}

std::int64_t mountIdOf(int fd) {
  const std::string path = "/proc/self/fdinfo/" + std::to_string(fd);
  const std::string text = readTextFile(path).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with("mnt_id:")) continue;
    const std::size_t start = line.find_first_of("0123456789");
    const auto id = start == std::string_view::npos ? std::nullopt : numberIn(line.substr(start));
    if (id) return *id;
  }
  throw defect("expected a line \"mnt_id:\" in " + path + ", got none");
}

bool isMountRoot(const Directory& directory) {
  const Directory parent(openEntry(directory.fd(), ".."), "..", false);
  if (parent.fd() < 0) return true;
  if (mountIdOf(directory.fd()) != mountIdOf(parent.fd())) return true;
  return directory.identity() == parent.identity();
}

std::string deviceText(dev_t device) {
  return std::to_string(::gnu_dev_major(device)) + ":" + std::to_string(::gnu_dev_minor(device));
}

}  // namespace dvdi
