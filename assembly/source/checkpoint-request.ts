import { allocateText } from "../json/bytes";
import { decimal } from "../json/digits";
import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { CHECKPOINT_ROWS_MAX, REQUEST_SIZE_MAX_BYTES } from "../limits";
import { CheckpointRow, problemOf } from "../model/checkpoint-row";
import { Report } from "../model/report";
import { nowhere, Origin, Source } from "../model/source";
import * as checkpointRow from "../rules/checkpoint/checkpoint-row";
import * as requestInvalid from "../rules/request/request-invalid";
import { Fields } from "./fields";
import { areOptions } from "./option-items";
import { readTransport } from "./request";
import { isReadable, readSource } from "./text-source";

const COMMA: u8 = 0x2c;
const EQUALS: u8 = 0x3d;

/** What a host asks with `exportCheckpoint`. */
export class CheckpointRequest {
  readonly rows: CheckpointRow[] = [];

  constructor(readonly source: Source) {}
}

/** Reads the rows of a request; a mistake in one is the host's, told as `request-invalid`. */
export function readCheckpointRequest(start: usize, length: i32, report: Report): CheckpointRequest {
  const source = readSource(Origin.Request, start, length, REQUEST_SIZE_MAX_BYTES, report);
  const request = new CheckpointRequest(source);
  if (!isReadable(source)) return request;
  const tape = source.tape;
  const list = tape.kind(0) == Kind.Object ? new Fields(source, 0, report).array("rows") : NONE;
  if (list == NONE) {
    requestInvalid.report(report, "the request to be an object with rows", nowhere(source));
    return request;
  }
  for (let node = tape.first(list); node != NONE && !report.isFull; node = tape.nextElement(list, node)) {
    if (request.rows.length == CHECKPOINT_ROWS_MAX) {
      requestInvalid.report(report, "at most " + decimal(CHECKPOINT_ROWS_MAX) + " rows", source.placeOf(node));
      return request;
    }
    const number = request.rows.length + 1;
    const row = tape.kind(node) == Kind.Object ? readRow(new Fields(source, node, report), number) : null;
    if (row !== null) request.rows.push(row);
    else requestInvalid.report(report, "a row as docs/abi/v1.md describes it", source.placeOf(node));
  }
  return request;
}

function readRow(fields: Fields, number: i32): CheckpointRow | null {
  const container = fields.text("container");
  const driver = fields.text("driver");
  const name = fields.text("name");
  const transport = readTransport(fields);
  if (container === null || driver === null || name === null || transport === null) return null;
  const mountpoint = fields.text("mountpoint");
  const path = fields.text("path");
  const at: Text = mountpoint === null ? "" : mountpoint.text;
  const inside: Text = path === null ? "" : path.text;
  if (problemOf(container.text, driver.text, name.text, at, inside) !== null) return null;
  const options = joinOptions(fields, number);
  if (options === null) return null;
  const isExplicitCreate = fields.boolean("explicitCreate", false);
  return new CheckpointRow(container.text, driver.text, name.text, at, options, inside, transport, isExplicitCreate);
}

// Options as the OPTS variable has them, which cannot hold every text; null when the list is not one of options.
function joinOptions(fields: Fields, number: i32): Text | null {
  const list = fields.array("options");
  if (list == NONE) return fields.find("options") == NONE ? "" : null;
  const tape = fields.source.tape;
  let isSound = true;
  const start = allocateText(<usize>(tape.end(list) - tape.start(list)));
  let at = start;
  for (let node = tape.first(list); node != NONE; node = tape.nextElement(list, node)) {
    if (tape.kind(node) != Kind.Object) return null;
    const option = new Fields(fields.source, node, fields.report);
    const key = option.text("key");
    const value = option.text("value");
    if (key === null || value === null) return null;
    if (key.indexOf(EQUALS) >= 0 || key.indexOf(COMMA) >= 0 || value.indexOf(COMMA) >= 0) isSound = false;
    if (at > start) store<u8>(at++, COMMA);
    at = append(at, key.text);
    store<u8>(at++, EQUALS);
    at = append(at, value.text);
  }
  const joined = new Text(start, <i32>(at - start));
  if (isSound && areOptions(joined)) return joined;
  const what = "written without its options, expected none that KEY=VALUE,KEY=VALUE cannot hold";
  checkpointRow.report(fields.report, fields.source, number, what);
  return "";
}

function append(at: usize, text: Text): usize {
  memory.copy(at, text.start, <usize>text.length);
  return at + <usize>text.length;
}
