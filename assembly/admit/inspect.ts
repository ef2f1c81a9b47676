import { Writer } from "../json/writer";
import { Document } from "../model/document";
import { DocumentKind, kindName } from "../model/kind";
import { ExplicitCreate, RequestOrigin, VolumeRequest } from "../model/request";
import { Report } from "../model/report";
import { writeAbi } from "../model/version";
import { policyInForce } from "./configure";
import { judge } from "./judge";

/**
 * Reads a document and tells what it asks for, texts exactly as the user wrote them.
 * @returns the answer `{abi, kind, detected, container, verdict, requests, task, findings}`
 */
export function inspectDocument(kind: DocumentKind, start: usize, length: i32): i64 {
  const report = new Report();
  const document = judge(kind, start, length, policyInForce(), report);
  const writer = new Writer(1024 + length);
  writer.beginObject();
  writeAbi(writer);
  writer.key("kind");
  writer.constant(kindName(document.kind));
  writer.key("detected");
  writer.constant(document.detected);
  writer.key("container");
  writer.textOrNull(document.container);
  report.writeVerdict(writer);
  writeRequests(writer, document);
  writer.key("task");
  const task = document.task;
  if (task === null) writer.null();
  else task.write(writer, document.source.tape, document.environment);
  report.writeFindings(writer);
  writer.endObject();
  return writer.result();
}

function writeRequests(writer: Writer, document: Document): void {
  writer.key("requests");
  writer.beginArray();
  for (let index = 0; index < document.requests.length; index++) {
    writeRequest(writer, document.requests[index]);
  }
  writer.endArray();
}

function writeRequest(writer: Writer, request: VolumeRequest): void {
  writer.beginObject();
  writer.key("driver");
  writer.text(request.driver);
  writer.key("name");
  writer.text(request.volumeName);
  writer.key("origin");
  writer.constant(request.origin == RequestOrigin.Environment ? "environment" : "docker-volume");
  writer.key("slot");
  const slot = request.slot;
  if (slot === null) writer.null();
  else writer.constant(slot);
  request.writeOptions(writer);
  writer.key("explicitCreate");
  writer.boolean(request.explicitCreate == ExplicitCreate.True);
  writer.key("dvdcli");
  const dvdcli = request.dvdcli;
  writer.textOrNull(dvdcli === null ? null : dvdcli.text);
  writer.key("path");
  const path = request.path;
  writer.textOrNull(path === null ? null : path.text);
  writer.key("mode");
  writer.constant(request.isReadOnly ? "ro" : "rw");
  writer.key("offset");
  writer.integer(request.place.offset);
  writer.endObject();
}
