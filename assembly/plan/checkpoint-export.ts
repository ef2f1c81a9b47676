import { base64Length, writeBase64 } from "../json/base64";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { CheckpointRow } from "../model/checkpoint-row";
import { Report } from "../model/report";
import { nowhere } from "../model/source";
import { writeAbi } from "../model/version";
import { WireWriter } from "../protobuf/wire-writer";
import * as requestInvalid from "../rules/request/request-invalid";
import { CheckpointField, LIST_MOUNT } from "../source/checkpoint-field";
import { readCheckpointRequest } from "../source/checkpoint-request";

/** What is left for findings and the rest. */
const OTHERS_BYTES: i32 = 512 * 1024;

/**
 * Writes rows as the original's checkpoint: framed, its length the lowest byte first, as every machine that the
 * original ran on has it; every string set, empty ones too.
 * @param start address of the request, JSON
 * @param length in bytes
 * @returns the answer `{abi, verdict, checkpoint, findings}`
 */
export function exportCheckpointRows(start: usize, length: i32): i64 {
  const report = new Report();
  const request = readCheckpointRequest(start, length, report);
  const file = encode(request.rows, length);
  const sizeMax = RESPONSE_SIZE_MAX_BYTES - OTHERS_BYTES;
  if (base64Length(file.length) > sizeMax) {
    const expected = "rows whose checkpoint has at most " + decimal(sizeMax) + " bytes in base64";
    requestInvalid.report(report, expected, nowhere(request.source));
  }
  const writer = new Writer(4096);
  writer.beginObject();
  writeAbi(writer);
  report.writeVerdict(writer);
  writer.key("checkpoint");
  if (report.hasErrors) writer.null();
  else writeBase64(writer, file);
  report.writeFindings(writer);
  writer.endObject();
  return writer.result();
}

// A row is never longer on the wire than it was as JSON, whose keys alone are longer than tags and lengths.
function encode(rows: CheckpointRow[], capacity: i32): Text {
  const writer = new WireWriter(capacity);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const body = writer.beginMessage();
    writer.bytes(CheckpointField.Container, row.container);
    writer.bytes(CheckpointField.Driver, row.driver);
    writer.bytes(CheckpointField.Name, row.name);
    writer.bytes(CheckpointField.Mountpoint, textOf(row.mountpoint));
    writer.bytes(CheckpointField.Options, row.options);
    writer.bytes(CheckpointField.Path, textOf(row.path));
    // Empty for a plugin.
    writer.bytes(CheckpointField.Dvdcli, row.transport.executable);
    writer.boolean(CheckpointField.ExplicitCreate, row.isExplicitCreate);
    writer.endMessage(LIST_MOUNT, body);
  }
  return writer.framed();
}

function textOf(text: Text | null): Text {
  return text === null ? "" : text;
}
