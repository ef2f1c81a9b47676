import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { TASKS_SIZE_MAX_BYTES } from "../limits";
import { Document } from "../model/document";
import { kindName } from "../model/kind";
import { Report, writeVerdict } from "../model/report";
import { writeAbi } from "../model/version";
import * as admissionTooLarge from "../rules/document/admission-too-large";
import { readAdmitRequest } from "../source/admit-request";
import { headerLength } from "../source/header";
import { policyInForce } from "./configure";
import { judgeTasks } from "./judge";

/**
 * Says whether a document may be submitted: of each of its tasks, and as a whole.
 * @param start address of the request: a header of JSON on one line, one line feed, the document as the user wrote it
 * @param length of both together, in bytes
 * @returns the answer `{abi, kind, detected, verdict, tasks, findings}`
 */
export function admitDocument(start: usize, length: i32): i64 {
  const report = new Report();
  const header = headerLength(start, length);
  const kind = readAdmitRequest(start, header, report);
  const from = min(header + 1, length);
  const tasks: Document[] = [];
  const document = judgeTasks(kind, start + <usize>from, length - from, policyInForce(), report, tasks);
  // Written first, since there may be more than an answer has room for, and that is a finding.
  const list = writeTasks(tasks, document, report);
  const writer = new Writer(1024 + list.length);
  writer.beginObject();
  writeAbi(writer);
  writer.key("kind");
  writer.constant(kindName(document.kind));
  writer.key("detected");
  writer.constant(document.detected);
  report.writeVerdict(writer);
  writer.piece(',"tasks":');
  writer.raw(list);
  report.writeFindings(writer);
  writer.endObject();
  return writer.result();
}

function writeTasks(tasks: Document[], document: Document, report: Report): Text {
  const writer = new Writer(512);
  writer.beginArray();
  for (let index = 0; index < tasks.length; index++) {
    if (!writeTask(writer, tasks[index])) {
      admissionTooLarge.report(report, document.source);
      break;
    }
  }
  writer.endArray();
  return writer.written();
}

// False when there was no room for all of it.
function writeTask(writer: Writer, task: Document): bool {
  writer.beginObject();
  writer.key("id");
  writer.textOrNull(task.subject.id);
  writer.key("pointer");
  writer.text(task.pointer);
  writeVerdict(writer, task.subject.worst);
  writer.key("volumes");
  writer.beginArray();
  let index = 0;
  for (; index < task.requests.length && writer.length < TASKS_SIZE_MAX_BYTES; index++) {
    const request = task.requests[index];
    if (request.isIgnored) continue;
    writer.beginObject();
    writer.key("driver");
    writer.text(request.driver);
    writer.key("name");
    writer.text(request.volumeName);
    writer.key("path");
    writer.textOrNull(request.hasPath ? request.containerPath : null);
    writer.endObject();
  }
  writer.endArray();
  writer.endObject();
  return index == task.requests.length && writer.length < TASKS_SIZE_MAX_BYTES;
}
