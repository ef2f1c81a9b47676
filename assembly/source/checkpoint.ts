import { decimal } from "../json/digits";
import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { utf8SequenceLength } from "../json/utf8";
import { CHECKPOINT_ROWS_MAX } from "../limits";
import { CheckpointRow, problemOf } from "../model/checkpoint-row";
import { Transport } from "../model/ledger-row";
import { normalise } from "../model/path";
import { Policy } from "../model/policy";
import { TransportKind } from "../model/transport-kind";
import { Report } from "../model/report";
import { Source } from "../model/source";
import { WIRE_BYTES, WIRE_VARINT, WireReader } from "../protobuf/wire-reader";
import * as checkpointInvalid from "../rules/checkpoint/checkpoint-invalid";
import * as checkpointRow from "../rules/checkpoint/checkpoint-row";
import * as checkpointTorn from "../rules/checkpoint/checkpoint-torn";
import { CheckpointField, LIST_MOUNT } from "./checkpoint-field";
import { NameSet } from "./name-set";
import { areOptions } from "./option-items";

/** Length of the framing: the length of what follows, in the byte order of the machine that wrote it. */
const FRAME_BYTES: i32 = 4;

/** What was read of the original's checkpoint. */
export class Checkpoint {
  readonly rows: CheckpointRow[] = [];
  /** Length of the longest row in bytes. */
  rowSizeMax: i32 = 0;
  framing: Text = "empty";
}

/**
 * Reads `dvdimounts.pb`: a length of four bytes, which the original wrote and could not read, or none, then an
 * `ExternalMountList`. A row that cannot be trusted is left out and told.
 * @param file the whole file
 */
export function readCheckpoint(file: Text, policy: Policy, source: Source, report: Report): Checkpoint {
  const reader = new CheckpointReader(file, policy, source, report);
  if (file.length > 0) reader.read();
  return reader.checkpoint;
}

// True when the file begins with the length of its rest, in either byte order.
function fitsFrame(file: Text): bool {
  if (file.length < FRAME_BYTES) return false;
  const length = load<u32>(file.start);
  const rest = <u32>(file.length - FRAME_BYTES);
  return length == rest || bswap<u32>(length) == rest;
}

// True when there is more to read behind a length that does not fit than in a file without one.
function isFrameTorn(file: Text): bool {
  if (file.length < FRAME_BYTES) return false;
  const bare = rowsOf(file, 0);
  return bare != WHOLE && rowsOf(file, FRAME_BYTES) > bare;
}

/** Every row of a list, to its end. */
const WHOLE: i32 = i32.MAX_VALUE;

// How many rows of a list can be told apart, up to the first tear; none is no list at all.
function rowsOf(file: Text, from: i32): i32 {
  const reader = new WireReader(file.start + <usize>from, file.start + <usize>file.length);
  let rows = 0;
  while (reader.next()) {
    const isRow = reader.field == LIST_MOUNT && reader.wire == WIRE_BYTES;
    reader.skip();
    if (isRow && !reader.isBroken) rows++;
  }
  return reader.isBroken || rows == 0 ? rows : WHOLE;
}

class CheckpointReader {
  readonly checkpoint: Checkpoint = new Checkpoint();
  private readonly identities: NameSet = new NameSet();
  /** Addresses of the current row's texts by the numbers of their fields, in memory that the next row takes over. */
  private readonly starts: StaticArray<usize> = new StaticArray<usize>(CheckpointField.ExplicitCreate);
  private readonly ends: StaticArray<usize> = new StaticArray<usize>(CheckpointField.ExplicitCreate);
  /** Number of the current row, from 1. */
  private number: i32 = 0;

  constructor(
    private readonly file: Text,
    private readonly policy: Policy,
    private readonly source: Source,
    private readonly report: Report,
  ) {}

  read(): void {
    const isTorn = !fitsFrame(this.file) && isFrameTorn(this.file);
    const isFramed = isTorn || fitsFrame(this.file);
    this.checkpoint.framing = isFramed ? "framed" : "bare";
    const start = this.file.start;
    const end = start + <usize>this.file.length;
    const reader = new WireReader(isFramed ? start + FRAME_BYTES : start, end);
    let at = reader.position;
    while (reader.next()) {
      if (reader.field != LIST_MOUNT) reader.skip();
      else this.readField(reader);
      if (this.number > CHECKPOINT_ROWS_MAX) {
        const message = "expected at most " + decimal(CHECKPOINT_ROWS_MAX) + " rows, got more";
        checkpointInvalid.report(this.report, this.source, message);
        return;
      }
      if (!reader.isBroken) at = reader.position;
    }
    if (reader.isBroken || isTorn || (this.number == 0 && !isFramed)) this.tellTear(<i32>(at - start));
  }

  private tellTear(offset: i32): void {
    if (this.number > 0) {
      checkpointTorn.report(this.report, this.source, this.number, offset);
      return;
    }
    checkpointInvalid.report(this.report, this.source, "expected a list of mounts, got other bytes");
  }

  private readField(reader: WireReader): void {
    if (reader.wire == WIRE_BYTES) {
      const start = reader.bytes();
      if (reader.isBroken) return;
      this.number++;
      this.readRow(start, reader.position);
      return;
    }
    reader.skip();
    if (reader.isBroken) return;
    this.number++;
    this.leaveOut("a message");
  }

  private leaveOut(expected: Text): void {
    checkpointRow.report(this.report, this.source, this.number, "left out, expected " + expected);
  }

  private readRow(start: usize, end: usize): void {
    this.starts.fill(0);
    this.ends.fill(0);
    let isExplicitCreate = false;
    const reader = new WireReader(start, end);
    while (reader.next()) {
      const field = reader.field;
      if (field < CheckpointField.ExplicitCreate && reader.wire == WIRE_BYTES) {
        this.starts[field] = reader.bytes();
        this.ends[field] = reader.position;
      } else if (field == CheckpointField.ExplicitCreate && reader.wire == WIRE_VARINT) {
        isExplicitCreate = reader.varint() != 0;
      } else if (field > CheckpointField.ExplicitCreate) {
        reader.skip();
      } else {
        this.leaveOut("field " + decimal(field) + " to be of the type that it has in the original");
        return;
      }
    }
    if (reader.isBroken) this.leaveOut("a whole message");
    else this.takeRow(isExplicitCreate, <i32>(end - start));
  }

  // Text of a field of the current row; empty when it has none.
  private text(field: CheckpointField): Text {
    return new Text(this.starts[field], <i32>(this.ends[field] - this.starts[field]));
  }

  private takeRow(isExplicitCreate: bool, size: i32): void {
    const container = this.text(CheckpointField.Container);
    const driver = this.text(CheckpointField.Driver);
    const name = this.text(CheckpointField.Name);
    const mountpoint = this.text(CheckpointField.Mountpoint);
    const path = this.text(CheckpointField.Path);
    const isUnicode = isUtf8(container) && isUtf8(driver) && isUtf8(name) && isUtf8(mountpoint) && isUtf8(path);
    const problem: Text | null = isUnicode ? problemOf(container, driver, name, mountpoint, path) : "texts in UTF-8";
    if (problem !== null) {
      this.leaveOut(problem);
      return;
    }
    // No control character is in any of the three.
    if (this.identities.add(this.number, container + "\0" + driver + "\0" + name) != NONE) {
      this.leaveOut("a volume of a container once, got it again");
      return;
    }
    this.checkpoint.rowSizeMax = max(this.checkpoint.rowSizeMax, size);
    this.checkpoint.rows.push(new CheckpointRow(
      container, driver, name, placeOf(mountpoint), this.options(this.text(CheckpointField.Options)), placeOf(path),
      this.transport(driver, this.text(CheckpointField.Dvdcli)), isExplicitCreate,
    ));
  }

  // The mount is real whatever was asked for with it.
  private options(text: Text): Text {
    if (isUtf8(text) && areOptions(text)) return text;
    const what = "taken without its options, expected them as KEY=VALUE,KEY=VALUE";
    checkpointRow.report(this.report, this.source, this.number, what);
    return "";
  }

  private transport(driver: Text, dvdcli: Text): Transport {
    const allowed = this.policy.dvdcliPaths;
    for (let index = 0; index < allowed.length; index++) {
      if (allowed[index].equals(dvdcli)) return new Transport(TransportKind.Dvdcli, allowed[index]);
    }
    if (dvdcli.length > 0) {
      const what = "taken with the policy's transport, expected a dvdcli that policy.dvdcliPaths lists";
      checkpointRow.report(this.report, this.source, this.number, what);
    }
    const kind = this.policy.transportOf(driver);
    return new Transport(kind, kind == TransportKind.Plugin ? "" : allowed[0]);
  }
}

function placeOf(path: Text): Text | null {
  return path.length == 0 ? null : normalise(path);
}

function isUtf8(text: Text): bool {
  let at = text.start;
  const end = at + <usize>text.length;
  while (at < end) {
    const length = utf8SequenceLength(at, end);
    if (length == 0) return false;
    at += <usize>length;
  }
  return true;
}
