#include "ledger/volume-types.hpp"

#include <algorithm>

#include "system/printable-text.hpp"
#include "system/system-error.hpp"

namespace dvdi {

const char* textOf(VolumeState state) {
  switch (state) {
    case VolumeState::intended:
      return "intended";
    case VolumeState::mounted:
      return "mounted";
    case VolumeState::uncertain:
      return "uncertain";
    case VolumeState::releasing:
      return "releasing";
    case VolumeState::released:
      break;
  }
  return "released";
}

const char* textOf(MountPresence presence) {
  switch (presence) {
    case MountPresence::present:
      return "present";
    case MountPresence::missing:
      return "missing";
    case MountPresence::replaced:
      break;
  }
  return "replaced";
}

VolumeState volumeStateOf(const std::string& text) {
  for (const VolumeState state : {VolumeState::intended, VolumeState::mounted, VolumeState::uncertain,
                                  VolumeState::releasing, VolumeState::released}) {
    if (text == textOf(state)) return state;
  }
  throw defect("expected a state of a volume, got " + quotedPrintable(text, 40));
}

std::string asciiLower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
  });
  return text;
}

std::string volumeKey(const VolumeId& volume) {
  return "volume " + asciiLower(volume.driver) + '\0' + asciiLower(volume.name);
}

std::optional<VolumeId> volumeOfKey(const std::string& key) {
  const std::string prefix = "volume ";
  const std::size_t end = key.find('\0');
  if (!key.starts_with(prefix) || end == std::string::npos) return std::nullopt;
  return VolumeId{key.substr(prefix.size(), end - prefix.size()), key.substr(end + 1)};
}

Json toJson(const VolumeOptions& options) {
  Json list = Json::array();
  for (const auto& [key, value, isSecret] : options) {
    list.push_back({{"key", key}, {"value", value}, {"secret", isSecret}});
  }
  return list;
}

Json toJson(const Transport& transport) {
  if (!transport.executable) return {{"kind", "plugin"}};
  return {{"kind", "dvdcli"}, {"executable", *transport.executable}};
}

Json toJson(const std::optional<LedgerMount>& mount) {
  if (!mount) return nullptr;
  return {{"path", mount->path}, {"id", mount->id}, {"device", mount->device}, {"boot", mount->boot}};
}

Json toJson(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

VolumeId volumeIdFrom(const Json& value) {
  return {value.at("driver").get<std::string>(), value.at("name").get<std::string>()};
}

VolumeOptions optionsFrom(const Json& value) {
  VolumeOptions options;
  for (const Json& item : value) {
    options.push_back({item.at("key").get<std::string>(), item.at("value").get<std::string>(),
                       item.contains("secret") && item.at("secret").get<bool>()});
  }
  return options;
}

Transport transportFrom(const Json& value) {
  if (value.at("kind").get<std::string>() == "plugin") return {};
  return {value.at("executable").get<std::string>()};
}

std::optional<LedgerMount> mountFrom(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return LedgerMount{value.at("path").get<std::string>(), value.at("id").get<std::int64_t>(),
                     value.at("device").get<std::string>(), value.at("boot").get<std::string>()};
}

std::optional<std::string> optionalTextFrom(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<std::string>();
}

}  // namespace dvdi
