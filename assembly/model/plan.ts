import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { Transport } from "./ledger-row";
import { Report } from "./report";
import { VolumeRequest } from "./request";
import { NO_STEP, Step, writeStepReference, writeTransport } from "./step";
import { Bind } from "./volume-step";
import { writeAbi } from "./version";
import { join } from "./path";

/** What a container holds once its plan is carried out. */
export class Claim {
  constructor(
    readonly request: VolumeRequest,
    readonly transport: Transport,
    /** The step that yields the mountpoint. */
    readonly step: i32,
  ) {}

  write(writer: Writer, container: Text): void {
    writer.beginObject();
    writer.key("container");
    writer.text(container);
    writer.key("driver");
    writer.text(this.request.driver);
    writer.key("name");
    writer.text(this.request.volumeName);
    this.request.writeOptions(writer);
    writer.key("path");
    writer.textOrNull(this.request.hasPath ? this.request.containerPath : null);
    writer.key("mode");
    writer.constant(this.request.isReadOnly ? "ro" : "rw");
    writeTransport(writer, this.transport);
    writer.key("step");
    writer.integer(this.step);
    writer.endObject();
  }
}

/** What a host is to do, as data. */
export class Plan {
  readonly steps: Step[] = [];
  readonly claims: Claim[] = [];
  /** Numbers of the bind steps, in the order in which they are made. */
  readonly binds: i32[] = [];

  constructor(
    readonly name: Text,
    readonly container: Text,
  ) {}

  /** Adds a step and gives its number. */
  add(step: Step): i32 {
    return this.steps.push(step) - 1;
  }

  /** Writes the answer: the plan with its verdict; a plan that is denied has no steps. */
  write(report: Report): i64 {
    const writer = new Writer(4096);
    const isDenied = report.hasErrors;
    writer.beginObject();
    writeAbi(writer);
    writer.key("plan");
    writer.constant(this.name);
    writer.key("container");
    writer.text(this.container);
    report.writeVerdict(writer);
    writer.key("claims");
    writer.beginArray();
    for (let index = 0; !isDenied && index < this.claims.length; index++) {
      this.claims[index].write(writer, this.container);
    }
    writer.endArray();
    writer.key("steps");
    writer.beginArray();
    for (let index = 0; !isDenied && index < this.steps.length; index++) this.steps[index].write(writer, index);
    writer.endArray();
    this.writeLaunch(writer, isDenied);
    report.writeFindings(writer);
    writer.endObject();
    return writer.result();
  }

  private writeLaunch(writer: Writer, isDenied: bool): void {
    const count = isDenied ? 0 : this.binds.length;
    writer.key("launch");
    writer.beginObject();
    writer.key("newMountNamespace");
    writer.boolean(count > 0);
    writer.key("propagation");
    writer.constant("slave");
    writer.key("binds");
    writer.beginArray();
    for (let index = 0; index < count; index++) writer.integer(this.binds[index]);
    writer.endArray();
    writer.key("commands");
    writer.beginArray();
    if (count > 0) writeCommand(writer, ["--make-rslave", "/"], NO_STEP, null);
    for (let index = 0; index < count; index++) this.writeBindCommands(writer, this.steps[this.binds[index]] as Bind);
    writer.endArray();
    writer.endObject();
  }

  private writeBindCommands(writer: Writer, bind: Bind): void {
    const within = bind.target.directory;
    const target = within === null ? bind.target.path : join(within, bind.target.path);
    writeCommand(writer, ["--no-mtab", "--rbind"], bind.source, target);
    if (bind.isReadOnly) writeCommand(writer, ["--no-mtab", "-o", "remount,bind,ro"], NO_STEP, target);
  }
}

// One argv of mount(8): options, the mountpoint that a step yields, a path.
function writeCommand(writer: Writer, options: Text[], source: i32, target: Text | null): void {
  writer.beginArray();
  writer.constant("/bin/mount");
  for (let index = 0; index < options.length; index++) writer.text(options[index]);
  if (source != NO_STEP) writeStepReference(writer, source);
  if (target !== null) writer.text(target);
  writer.endArray();
}
