#include "ledger/ledger-rows.hpp"

namespace dvdi {

namespace {

/** Fields that the rows of a volume have in common, in the order of the contract. */
template <typename Volume>
Json commonFields(const Volume& volume) {
  return {{"driver", volume.id.driver},          {"name", volume.id.name},
          {"options", toJson(volume.options)},   {"mountpoint", toJson(volume.mountpoint)},
          {"mount", toJson(volume.mount)},       {"state", textOf(volume.state)},
          {"transport", toJson(volume.transport)}};
}

}  // namespace

const char* textOf(ContainerState state) {
  switch (state) {
    case ContainerState::preparing:
      return "preparing";
    case ContainerState::prepared:
      return "prepared";
    case ContainerState::cleaning:
      break;
  }
  return "cleaning";
}

Json toJson(const LedgerVolume& volume) {
  Json row = commonFields(volume);
  row["users"] = volume.users;
  if (volume.presence) row["presence"] = textOf(*volume.presence);
  return row;
}

Json toJson(const LedgerDirectory& directory) { return {{"path", directory.path}, {"users", directory.users}}; }

Json toJson(const RecoverDirectory& directory) {
  return {{"path", directory.path}, {"containers", directory.containers ? Json(*directory.containers) : Json(nullptr)}};
}

Json recoverRow(const VolumeRecord& volume) {
  Json row = commonFields(volume);
  row["containers"] = volume.containers;
  return row;
}

Json toJson(const VolumeRecord& volume) {
  Json row = recoverRow(volume);
  row["attempts"] = volume.attempts;
  row["retry"] = volume.retry ? Json{{"uptimeMs", volume.retry->uptimeMs}, {"boot", volume.retry->boot}} : Json();
  row["error"] = toJson(volume.error);
  row["changedMs"] = volume.changedMs;
  return row;
}

Json toJson(const ContainerRecord& container) {
  const auto& process = container.process;
  Json owner;
  if (process) owner = {{"pid", process->pid}, {"startTicks", process->startTicks}, {"boot", process->boot}};
  return {{"container", container.container},
          {"state", textOf(container.state)},
          {"requestHash", toJson(container.requestHash)},
          {"answer", toJson(container.answer)},
          {"process", owner},
          {"createdMs", container.createdMs}};
}

Claim claimFrom(const Json& value) {
  return {value.at("container").get<std::string>(), volumeIdFrom(value),
          optionsFrom(value.at("options")),         optionalTextFrom(value.at("path")),
          value.at("mode").get<std::string>(),      transportFrom(value.at("transport")),
          value.at("step").get<std::int64_t>()};
}

CheckpointRow checkpointRowFrom(const Json& value) {
  return {value.at("container").get<std::string>(),   volumeIdFrom(value),
          optionsFrom(value.at("options")),           optionalTextFrom(value.at("mountpoint")),
          optionalTextFrom(value.at("path")),         transportFrom(value.at("transport"))};
}

}  // namespace dvdi
