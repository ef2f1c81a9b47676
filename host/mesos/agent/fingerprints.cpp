#include "agent/fingerprints.hpp"

#include <filesystem>

#include "engine/sha256.hpp"

namespace dvdi {
namespace {

/** Characters of a fingerprint: 128 bits. */
constexpr std::size_t fingerprintLength = 32;

bool isWithin(const std::string& pointer, const std::string& ancestor) {
  return pointer == ancestor || pointer.starts_with(ancestor + "/");
}

}  // namespace

Fingerprints::Fingerprints(const std::string& file) : path_(file) {
  if (file.starts_with('<')) return;
  const auto here = std::filesystem::current_path();
  path_ = std::filesystem::absolute(file).lexically_normal().lexically_relative(here).string();
}

std::string Fingerprints::of(const Json& finding, const Json& task) {
  const bool hasId = task.is_object() && !task.at("id").is_null();
  Json place = finding.at("pointer");
  if (hasId) {
    const std::string pointer = place.is_null() ? "" : place.get<std::string>();
    const std::size_t begin = std::min(task.at("pointer").get<std::string>().size(), pointer.size());
    place = pointer.substr(begin);
  }
  const Json identity = Json::array({path_, finding.at("in"), finding.at("code"), hasId ? task.at("id") : Json(), place,
                                     finding.at("message")});
  std::string text = toJsonText(identity);
  const int repetition = seen_[text]++;
  if (repetition > 0) text += "#" + std::to_string(repetition);
  return sha256(text).substr(0, fingerprintLength);
}

Json taskOf(const Json& finding, const Json& tasks) {
  Json inner;
  if (finding.at("in") != "document" || finding.at("pointer").is_null()) return inner;
  const auto pointer = finding.at("pointer").get<std::string>();
  for (const Json& task : tasks) {
    const auto place = task.at("pointer").get<std::string>();
    if (!isWithin(pointer, place)) continue;
    if (inner.is_null() || place.size() > inner.at("pointer").get<std::string>().size()) inner = task;
  }
  return inner;
}

}  // namespace dvdi
