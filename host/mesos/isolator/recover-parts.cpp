#include "isolator/recover-parts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "isolator/mount-look.hpp"

namespace dvdi {

namespace {

/** Volumes or directories in one request. */
constexpr std::int64_t rowsMax = 2'000;

/** Of one request, by its JSON: half of what the core takes, since its answer is about as long. */
constexpr std::size_t partLengthMax = 1'500'000;

/** Containers in one request, of the core's 32,768 ids and mounts. */
constexpr std::size_t containersMax = 8'000;

/** How many rows from the start one request takes, at least one. */
std::size_t countThatFits(const std::vector<Json>& rows) {
  std::size_t length = 0;
  std::size_t containers = 0;
  for (std::size_t index = 0; index < rows.size(); ++index) {
    length += toJsonText(rows[index]).size();
    containers += rows[index].at("containers").size();
    if (index > 0 && (length > partLengthMax || containers > containersMax)) return index;
  }
  return rows.size();
}

/** Those that keep a volume first: one of them decides. */
void keepFewer(std::vector<std::string>& containers, const IsGone& isGone) {
  if (containers.size() <= containersMax) return;
  std::stable_partition(containers.begin(), containers.end(),
                        [&](const std::string& container) { return !isGone(container); });
  containers.resize(containersMax);
}

/** One that keeps a directory is enough. */
void keepFewest(RecoverDirectory& directory, const IsGone& isGone) {
  if (!directory.containers) return;
  for (const std::string& container : *directory.containers) {
    if (isGone(container)) continue;
    const std::string keeping = container;
    directory.containers = std::vector<std::string>{keeping};
    return;
  }
}

Json partOf(const Json& containers, const Json& volumes, const Json& directories, const Json& mounts) {
  return {{"ledger", {{"containers", containers}, {"volumes", volumes}, {"directories", directories}}},
          {"mounts", mounts}};
}

Json listOf(const std::vector<Json>& rows, std::size_t count) {
  Json list = Json::array();
  for (std::size_t index = 0; index < count; ++index) list.push_back(rows[index]);
  return list;
}

}  // namespace

void forEachRecoverPart(Ledger& ledger, const std::vector<std::string>& containers, const IsGone& isGone,
                        const std::function<void(const Json& part)>& act) {
  const Json none = Json::array();
  std::set<std::string> named;
  for (VolumeId after;;) {
    std::vector<VolumeRecord> records =
        ledger.read([&](LedgerReader& rows) { return rows.volumes(after, rowsMax); });
    if (records.empty()) break;
    std::vector<Json> rows;
    for (VolumeRecord& record : records) {
      keepFewer(record.containers, isGone);
      rows.push_back(recoverRow(record));
    }
    const std::size_t count = countThatFits(rows);
    std::vector<std::optional<LedgerMount>> mounts;
    for (std::size_t index = 0; index < count; ++index) {
      named.insert(records[index].containers.begin(), records[index].containers.end());
      mounts.push_back(records[index].mount);
    }
    after = records[count - 1].id;
    act(partOf(none, listOf(rows, count), none, recoverMounts(mounts)));
  }
  Json others = Json::array();
  for (const std::string& container : containers) {
    if (!named.contains(container)) others.push_back(container);
    if (others.size() < static_cast<std::size_t>(rowsMax)) continue;
    act(partOf(others, none, none, none));
    others = Json::array();
  }
  if (!others.empty()) act(partOf(others, none, none, none));
  auto directories = ledger.read([](LedgerReader& rows) { return rows.directories(); });
  const auto isDeeper = [](const RecoverDirectory& one, const RecoverDirectory& other) {
    return one.path.size() > other.path.size();
  };
  std::stable_sort(directories.begin(), directories.end(), isDeeper);
  for (std::size_t at = 0; at < directories.size();) {
    std::vector<Json> rows;
    for (std::size_t index = at; index < std::min(directories.size(), at + rowsMax); ++index) {
      keepFewest(directories[index], isGone);
      rows.push_back(toJson(directories[index]));
    }
    const std::size_t count = countThatFits(rows);
    act(partOf(none, none, listOf(rows, count), none));
    at += count;
  }
}

Json mergeRecoverPlans(const std::vector<Json>& plans) {
  Json merged = {{"abi", plans.at(0).at("abi")}, {"plan", "recover"},         {"verdict", "allow"},
                 {"gone", Json::array()},        {"volumes", Json::array()},  {"steps", Json::array()},
                 {"findings", Json::array()}};
  std::map<std::string, std::size_t> forgets;
  std::set<std::string> gone;
  std::int64_t leftOut = 0;
  for (const Json& plan : plans) {
    std::map<std::int64_t, std::size_t> ids;
    for (const Json& step : plan.at("steps")) {
      const bool isForget = step.at("action") == "forget";
      const std::string container = isForget ? step.at("container").get<std::string>() : "";
      const auto known = isForget ? forgets.find(container) : forgets.end();
      const std::size_t id = known != forgets.end() ? known->second : merged["steps"].size();
      ids[step.at("id").get<std::int64_t>()] = id;
      if (known != forgets.end()) continue;
      if (isForget) forgets[container] = id;
      Json copy = step;
      copy["id"] = id;
      for (Json& before : copy["after"]) {
        if (const auto found = ids.find(before.get<std::int64_t>()); found != ids.end()) before = found->second;
      }
      merged["steps"].push_back(std::move(copy));
    }
    for (Json volume : plan.at("volumes")) {
      if (!volume.at("step").is_null()) volume["step"] = ids.at(volume["step"].get<std::int64_t>());
      merged["volumes"].push_back(std::move(volume));
    }
    for (const Json& container : plan.at("gone")) {
      if (gone.insert(container.get<std::string>()).second) merged["gone"].push_back(container);
    }
    for (const Json& finding : plan.at("findings")) merged["findings"].push_back(finding);
    if (plan.at("verdict") == "warn") merged["verdict"] = "warn";
    leftOut += plan.value("findingsLeftOut", std::int64_t{0});
  }
  if (leftOut > 0) merged["findingsLeftOut"] = leftOut;
  return merged;
}

}  // namespace dvdi
