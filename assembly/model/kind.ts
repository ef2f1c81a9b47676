import { Text } from "../json/text";

/** The kinds of documents, by their number in the ABI. Numbers are never used again for something else. */
export const enum DocumentKind {
  /** Not known: look at the document. */
  Detect,
  Environment,
  MesosContainer,
  MarathonApp,
}

export const KIND_COUNT: i32 = 4;

export function kindName(kind: DocumentKind): Text {
  switch (kind) {
    case DocumentKind.Environment: return "environment";
    case DocumentKind.MesosContainer: return "mesos-container";
    case DocumentKind.MarathonApp: return "marathon-app";
    default: return "detect";
  }
}

export function kindTitle(kind: DocumentKind): Text {
  switch (kind) {
    case DocumentKind.Environment: return "Environment: an object of strings, or a Mesos Environment";
    case DocumentKind.MesosContainer: return "Mesos ContainerConfig, alone or beside its container_id";
    case DocumentKind.MarathonApp: return "Marathon app definition";
    default: return "Detect the kind from the document";
  }
}
