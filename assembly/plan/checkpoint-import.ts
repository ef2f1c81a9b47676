import { decimal } from "../json/digits";
import { Tape } from "../json/tape";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { OPTIONS_MAX, RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { policyInForce } from "../admit/configure";
import { CheckpointRow } from "../model/checkpoint-row";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { Origin, Source } from "../model/source";
import { writeTransport } from "../model/step";
import { writeAbi } from "../model/version";
import { writeOption } from "../model/volume-option";
import * as checkpointInvalid from "../rules/checkpoint/checkpoint-invalid";
import { Checkpoint, readCheckpoint } from "../source/checkpoint";
import { OptionItems } from "../source/option-items";

/** What a row of the answer has besides its texts, and what its options can add: keys, marks. */
const ROW_BYTES: i32 = 4096 + 256 + OPTIONS_MAX * 48;
/** A text has no control characters, so that an escape at most doubles it. */
const ESCAPE: i32 = 2;
/** What is left for findings. */
const FINDINGS_BYTES: i32 = 512 * 1024;

/**
 * Reads the original's checkpoint into rows.
 * @param start address of the file's bytes
 * @param length in bytes
 * @returns the answer `{abi, framing, verdict, rows, findings}`
 */
export function importCheckpointFile(start: usize, length: i32): i64 {
  const report = new Report();
  const policy = policyInForce();
  // It is no JSON: findings have no place in it but the one that they tell.
  const source = new Source(Origin.Document, new Tape(start, 0));
  const checkpoint = readCheckpoint(new Text(start, length), policy, source, report);
  const writer = write(checkpoint, policy, report);
  if (writer !== null) return writer.result();
  const sizeMax = RESPONSE_SIZE_MAX_BYTES - FINDINGS_BYTES;
  const message = "expected rows for an answer of at most " + decimal(sizeMax) + " bytes, got more";
  checkpointInvalid.report(report, source, message);
  return write(checkpoint, policy, report)!.result();
}

// Gives null when there is not enough room in an answer.
function write(checkpoint: Checkpoint, policy: Policy, report: Report): Writer | null {
  const writer = new Writer(4096);
  const sizeMax = RESPONSE_SIZE_MAX_BYTES - FINDINGS_BYTES - ROW_BYTES - ESCAPE * checkpoint.rowSizeMax;
  writer.beginObject();
  writeAbi(writer);
  writer.key("framing");
  writer.constant(checkpoint.framing);
  report.writeVerdict(writer);
  writer.key("rows");
  writer.beginArray();
  for (let index = 0; !report.hasErrors && index < checkpoint.rows.length; index++) {
    if (writer.length > sizeMax) return null;
    writeRow(writer, checkpoint.rows[index], policy);
  }
  writer.endArray();
  report.writeFindings(writer);
  writer.endObject();
  return writer;
}

function writeRow(writer: Writer, row: CheckpointRow, policy: Policy): void {
  writer.beginObject();
  writer.key("driver");
  writer.text(row.driver);
  writer.key("name");
  writer.text(row.name);
  writer.key("container");
  writer.text(row.container);
  writer.key("options");
  writer.beginArray();
  const items = new OptionItems(row.options);
  while (items.next()) {
    const key = items.key;
    writeOption(writer, key, items.value, policy.isSecretOption(key));
  }
  writer.endArray();
  writer.key("mountpoint");
  writer.textOrNull(row.mountpoint);
  writer.key("path");
  writer.textOrNull(row.path);
  writeTransport(writer, row.transport);
  writer.key("explicitCreate");
  writer.boolean(row.isExplicitCreate);
  writer.endObject();
}
