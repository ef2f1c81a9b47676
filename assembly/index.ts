// The module that replaces `abort` must be the first import of the entry: it is part of every other one.
import { faultColumnNumber, faultFile, faultLineNumber, faultMessage } from "./abi/panic";
import { allocateRequest, isRequest } from "./abi/arena";
import { admitDocument } from "./admit/admit";
import { configurePolicy } from "./admit/configure";
import { describeCore } from "./admit/describe";
import { inspectDocument } from "./admit/inspect";
import { Text } from "./json/text";
import { Writer } from "./json/writer";
import { KIND_COUNT } from "./model/kind";
import { ABI_MAJOR, ABI_MINOR } from "./model/version";
import { exportCheckpointRows } from "./plan/checkpoint-export";
import { importCheckpointFile } from "./plan/checkpoint-import";
import { planCleanup } from "./plan/cleanup";
import { planPrepare } from "./plan/prepare";
import { planRecover } from "./plan/recover";

/** Version of the ABI: `major << 16 | minor`. docs/abi/v1.md describes every export. */
export function abi(): i32 {
  return (ABI_MAJOR << 16) | ABI_MINOR;
}

/** Gives the request buffer of the next call, and frees all of the previous one; 0 when the size is over the limit. */
export function allocate(size: i32): usize {
  return allocateRequest(size);
}

/** Takes the policy for the calls that follow. */
export function configure(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "configure: the bytes are not the buffer that allocate gave");
  return configurePolicy(pointer, length);
}

/** Tells what this core is: limits, kinds of documents, rules, policy fields. */
export function describe(): i64 {
  allocateRequest(0);
  return describeCore();
}

/** Reads a document: what it asks for, and what is wrong with it. */
export function inspect(kind: i32, pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "inspect: the bytes are not the buffer that allocate gave");
  assert(kind >= 0 && kind < KIND_COUNT, "inspect: no such kind of document");
  return inspectDocument(kind, pointer, length);
}

/** Says whether a document may be submitted: each of its tasks, and the whole. */
export function admit(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "admit: the bytes are not the buffer that allocate gave");
  return admitDocument(pointer, length);
}

/** Plans what a container needs before its task starts. */
export function prepare(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "prepare: the bytes are not the buffer that allocate gave");
  return planPrepare(pointer, length);
}

/** Plans what remains to be done when a container is gone. */
export function cleanup(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "cleanup: the bytes are not the buffer that allocate gave");
  return planCleanup(pointer, length);
}

/** Says what has become of each volume after a restart, and plans the release of those that nobody uses. */
export function recover(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "recover: the bytes are not the buffer that allocate gave");
  return planRecover(pointer, length);
}

/** Reads the original's checkpoint: its file's bytes as they are, into rows. */
export function importCheckpoint(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "importCheckpoint: the bytes are not the buffer that allocate gave");
  return importCheckpointFile(pointer, length);
}

/** Writes rows as the original's checkpoint. */
export function exportCheckpoint(pointer: usize, length: i32): i64 {
  assert(isRequest(pointer, length), "exportCheckpoint: the bytes are not the buffer that allocate gave");
  return exportCheckpointRows(pointer, length);
}

/** After a trap: the failed assertion's message and place. */
export function fault(): i64 {
  const message = Text.of(faultMessage());
  const isKnown = faultLineNumber() > 0;
  const writer = new Writer(512);
  writer.beginObject();
  writeText(writer, "message", isKnown, message);
  writeText(writer, "file", isKnown, Text.of(faultFile()));
  writeNumber(writer, "line", isKnown, faultLineNumber());
  writeNumber(writer, "column", isKnown, faultColumnNumber());
  writer.endObject();
  return writer.result();
}

function writeText(writer: Writer, key: Text, isKnown: bool, value: Text): void {
  writer.key(key);
  if (isKnown) writer.text(value);
  else writer.null();
}

function writeNumber(writer: Writer, key: Text, isKnown: bool, value: u32): void {
  writer.key(key);
  if (isKnown) writer.integer(value);
  else writer.null();
}
