import { Kind, NONE } from "../json/tape";
import { DOCUMENT_SIZE_MAX_BYTES } from "../limits";
import { Document } from "../model/document";
import { DocumentKind, isOfSeveral } from "../model/kind";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { Origin } from "../model/source";
import * as documentKindUnknown from "../rules/document/document-kind-unknown";
import * as documentOfSeveral from "../rules/document/document-of-several";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import { readChronosJob } from "./chronos";
import { detect, listOfVariables } from "./detect";
import { readMesosEnvironment, readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { readMarathonApp } from "./marathon";
import { readMarathonApps, readMarathonGroup } from "./marathon-group";
import { readMarathonPod } from "./marathon-pod";
import { readMesosContainer } from "./mesos";
import { readMesosExecutor, readMesosTask } from "./mesos-task";
import { readMetronomeJob } from "./metronome";
import { readOciConfig } from "./oci";
import { requestsOfEnvironment } from "./requests";
import { readSingularityRequest } from "./singularity";
import { TaskList } from "./task-list";
import { isReadable, readSource } from "./text-source";

/**
 * Reads a document that describes one task. What is wrong with it as a document is in the report; what its requests are
 * worth is for the rules to say.
 */
export function readDocument(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  const document = openDocument(kind, start, length, report);
  if (!hasContent(document)) return document;
  if (isOfSeveral(document.kind)) documentOfSeveral.report(report, document);
  else readOne(document, policy, report);
  return document;
}

/**
 * Reads a document of any kind.
 * @param tasks takes what it describes: itself when that is one task
 */
export function readTasks(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report, tasks: Document[],
): Document {
  const document = openDocument(kind, start, length, report);
  if (!hasContent(document)) return document;
  if (isOfSeveral(document.kind)) {
    readSeveral(new TaskList(document, tasks, policy, report));
  } else {
    tasks.push(document);
    report.subject = document.subject;
    // What an isolator was given is whole; any other document will be given what it lacks by the agent.
    document.isOnAgent = document.kind == DocumentKind.MesosContainer;
    readOne(document, policy, report);
  }
  report.subject = null;
  return document;
}

// The text as JSON, its kind and the reason for it. A document that cannot be read further has no `detected`.
function openDocument(kind: DocumentKind, start: usize, length: i32, report: Report): Document {
  const source = readSource(Origin.Document, start, length, DOCUMENT_SIZE_MAX_BYTES, report);
  const document = new Document(source);
  document.kind = kind;
  if (!isReadable(source)) return document;
  if (kind == DocumentKind.Detect) {
    const detection = detect(source.tape);
    document.kind = detection.kind;
    document.detected = detection.reason;
    if (detection.kind == DocumentKind.Detect) documentKindUnknown.report(report, source, detection.reason);
    return document;
  }
  document.detected = "was named by the caller";
  const isList = kind == DocumentKind.MarathonApps;
  if (source.tape.kind(0) == (isList ? Kind.Array : Kind.Object)) return document;
  fieldWrongType.report(report, source, 0, "the document", isList ? "an array" : "an object");
  return document;
}

// True for a text of a known kind that has the shape of it.
function hasContent(document: Document): bool {
  if (!isReadable(document.source) || document.kind == DocumentKind.Detect) return false;
  const isList = document.kind == DocumentKind.MarathonApps;
  return document.source.tape.kind(0) == (isList ? Kind.Array : Kind.Object);
}

function readOne(document: Document, policy: Policy, report: Report): void {
  const fields = new Fields(document.source, 0, report);
  switch (document.kind) {
    case DocumentKind.MesosContainer: readMesosContainer(document, fields, policy); break;
    case DocumentKind.MarathonApp:
    case DocumentKind.MarathonUpdate: readMarathonApp(document, fields, "", policy); return;
    case DocumentKind.MesosTask: readMesosTask(document, fields, policy); break;
    case DocumentKind.MesosExecutor: readMesosExecutor(document, fields, policy); break;
    case DocumentKind.MetronomeJob: readMetronomeJob(document, fields); break;
    case DocumentKind.ChronosJob: readChronosJob(document, fields, policy); break;
    case DocumentKind.SingularityRequest: readSingularityRequest(document, fields, policy); break;
    case DocumentKind.OciConfig: readOciConfig(document, fields); break;
    default: readEnvironment(document, report);
  }
  requestsOfEnvironment(document, policy);
}

function readSeveral(list: TaskList): void {
  if (list.document.kind == DocumentKind.MarathonApps) {
    readMarathonApps(list, 0, "", "");
    return;
  }
  const fields = new Fields(list.document.source, 0, list.report);
  if (list.document.kind == DocumentKind.MarathonPod) readMarathonPod(list, fields, "", "");
  else readMarathonGroup(list, fields, "", "");
}

function readEnvironment(document: Document, report: Report): void {
  const source = document.source;
  const variables = listOfVariables(source.tape);
  if (variables != NONE) readMesosEnvironment(source, variables, document.environment, report);
  else readObjectEnvironment(source, 0, document.environment, report);
}
