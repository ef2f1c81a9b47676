import { Writer } from "../json/writer";
import { Document } from "../model/document";
import { DocumentKind, kindName } from "../model/kind";
import { ExplicitCreate, originName, VolumeRequest } from "../model/request";
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
  writer.piece('"driver":');
  writer.text(request.driver);
  writer.piece(',"name":');
  writer.text(request.volumeName);
  writer.piece(',"origin":');
  writer.constant(originName(request.origin));
  writer.piece(',"slot":');
  writer.textOrNull(request.slot);
  writer.piece(",");
  request.writeOptions(writer);
  writer.piece(request.explicitCreate == ExplicitCreate.True ? ',"explicitCreate":true' : ',"explicitCreate":false');
  writer.piece(',"dvdcli":');
  writer.textOrNull(request.dvdcli);
  writer.piece(',"path":');
  writer.textOrNull(request.path);
  writer.piece(request.isReadOnly ? ',"mode":"ro"' : ',"mode":"rw"');
  writer.piece(',"offset":');
  writer.integer(request.place.offset);
  writer.endObject();
}
