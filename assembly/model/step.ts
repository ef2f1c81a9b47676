import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { Transport } from "./ledger-row";
import { TransportKind, transportName } from "./transport-kind";

/** No step. */
export const NO_STEP: i32 = -1;

/** What a path is resolved under. */
export class Location {
  constructor(
    /** An absolute directory, or null. */
    readonly directory: Text | null,
    /** The step whose mountpoint it is, or `NO_STEP`. With neither, the machine's root. */
    readonly step: i32,
    readonly path: Text,
  ) {}

  static onMachine(path: Text): Location {
    return new Location(null, NO_STEP, path);
  }

  write(writer: Writer, key: Text): void {
    writer.key(key);
    writer.beginObject();
    writer.key("within");
    if (this.step != NO_STEP) writeStepReference(writer, this.step);
    else writer.textOrNull(this.directory);
    writer.key("path");
    writer.text(this.path);
    writer.endObject();
  }
}

/** Writes `{"step": n}`. */
export function writeStepReference(writer: Writer, step: i32): void {
  writer.beginObject();
  writer.key("step");
  writer.integer(step);
  writer.endObject();
}

/** Writes `volume`. */
export function writeVolume(writer: Writer, driver: Text, name: Text): void {
  writer.key("volume");
  writer.beginObject();
  writer.key("driver");
  writer.text(driver);
  writer.key("name");
  writer.text(name);
  writer.endObject();
}

/** Writes `transport`. */
export function writeTransport(writer: Writer, transport: Transport): void {
  writer.key("transport");
  writer.beginObject();
  writer.key("kind");
  writer.constant(transportName(transport.kind));
  if (transport.kind == TransportKind.Dvdcli) {
    writer.key("executable");
    writer.text(transport.executable);
  }
  writer.endObject();
}

/** One act of a plan. Its number is its place in the plan's list. */
export abstract class Step {
  /** Steps that must have been done before; each at most once, rising. */
  readonly after: i32[] = [];

  constructor(readonly action: Text) {}

  /** Notes a step that must have been done before; `NO_STEP` and repetitions are let pass. */
  needs(step: i32): void {
    if (step == NO_STEP || this.after.includes(step)) return;
    let to = this.after.push(step) - 1;
    while (to > 0 && this.after[to - 1] > step) {
      this.after[to] = this.after[to - 1];
      to--;
    }
    this.after[to] = step;
  }

  write(writer: Writer, id: i32): void {
    writer.beginObject();
    writer.key("id");
    writer.integer(id);
    writer.key("action");
    writer.constant(this.action);
    writer.key("after");
    writer.beginArray();
    for (let index = 0; index < this.after.length; index++) writer.integer(this.after[index]);
    writer.endArray();
    this.writeFields(writer);
    writer.key("undo");
    this.writeUndo(writer);
    writer.endObject();
  }

  protected abstract writeFields(writer: Writer): void;

  protected writeUndo(writer: Writer): void {
    writer.null();
  }
}
