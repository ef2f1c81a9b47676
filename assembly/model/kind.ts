import { Text } from "../json/text";

/** The kinds of documents, by their number in the ABI. Numbers are never used again for something else. */
export const enum DocumentKind {
  /** Not known: look at the document. */
  Detect,
  Environment,
  MesosContainer,
  MarathonApp,
  MarathonApps,
  MarathonUpdate,
  MarathonGroup,
  MarathonPod,
  MesosTask,
  MesosExecutor,
  MetronomeJob,
  ChronosJob,
  SingularityRequest,
  OciConfig,
}

export const KIND_COUNT: i32 = 14;

const NAMES: StaticArray<Text> = [
  "detect", "environment", "mesos-container", "marathon-app", "marathon-apps", "marathon-update", "marathon-group",
  "marathon-pod", "mesos-task", "mesos-executor", "metronome-job", "chronos-job", "singularity-request", "oci-config",
];

const TITLES: StaticArray<Text> = [
  "Detect the kind from the document",
  "Environment: an object of strings, or a Mesos Environment",
  "Mesos ContainerConfig, alone or beside its container_id",
  "Marathon app definition",
  "Array of Marathon apps",
  "Partial update of a Marathon app",
  "Marathon group, with the groups inside of it",
  "Marathon pod",
  "Mesos TaskInfo",
  "Mesos ExecutorInfo",
  "Metronome job",
  "Chronos job",
  "Singularity request or deploy",
  "OCI runtime configuration, config.json",
];

export function kindName(kind: DocumentKind): Text {
  return NAMES[kind];
}

export function kindTitle(kind: DocumentKind): Text {
  return TITLES[kind];
}

/** True for a document that describes several tasks, which no agent is ever given. */
export function isOfSeveral(kind: DocumentKind): bool {
  return kind == DocumentKind.MarathonApps || kind == DocumentKind.MarathonGroup || kind == DocumentKind.MarathonPod;
}
