import { decimal } from "../json/digits";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { Plan } from "../model/plan";
import { Report } from "../model/report";
import { NO_STEP } from "../model/step";
import { nowhere } from "../model/source";
import { writeAbi } from "../model/version";
import * as requestInvalid from "../rules/request/request-invalid";
import { RecoverRequest } from "../source/recover-request";
import { writeReason } from "./recover-reason";
import { RecoveredVolume } from "./recovered-volume";
import { CLASS_NAMES } from "./volume-class";

/** What an element of the answer has besides the texts of its row: keys, numbers, marks, a reason. */
const ELEMENT_BYTES: i32 = 1536;
/** One number in a list, with its comma. */
const NUMBER_BYTES: i32 = 8;

/** The answer of `recover`. */
export class RecoverAnswer {
  readonly gone: Text[] = [];
  readonly volumes: RecoveredVolume[] = [];
  readonly plan: Plan = new Plan("recover", "");
  private isTooLarge: bool = false;

  constructor(private readonly request: RecoverRequest) {}

  /** Writes the answer; one that is denied, or has no room for all, has no steps. */
  write(report: Report): i64 {
    const writer = this.writeAll(report);
    if (!this.isTooLarge) return writer.result();
    const expected = "a request whose answer has at most " + decimal(RESPONSE_SIZE_MAX_BYTES) + " bytes: ask in parts";
    requestInvalid.report(report, expected, nowhere(this.request.source));
    return this.writeAll(report).result();
  }

  private writeAll(report: Report): Writer {
    const isDenied = report.hasErrors;
    const writer = new Writer(4096);
    writer.beginObject();
    writeAbi(writer);
    writer.key("plan");
    writer.constant(this.plan.name);
    report.writeVerdict(writer);
    writer.key("gone");
    writer.beginArray();
    for (let index = 0; !isDenied && index < this.gone.length && this.hasRoom(writer, 0); index++) {
      writer.text(this.gone[index]);
    }
    writer.endArray();
    this.writeVolumes(writer, isDenied);
    writer.key("steps");
    writer.beginArray();
    const steps = this.plan.steps;
    for (let index = 0; !isDenied && index < steps.length && this.hasRoom(writer, steps[index].after.length); index++) {
      steps[index].write(writer, index);
    }
    writer.endArray();
    report.writeFindings(writer);
    writer.endObject();
    return writer;
  }

  // A text is never longer in the answer than it was in the request, since both escape what JSON wants to be escaped.
  private hasRoom(writer: Writer, numbers: i32): bool {
    const size = this.request.elementSizeMax + ELEMENT_BYTES + NUMBER_BYTES * numbers;
    if (writer.length + size > RESPONSE_SIZE_MAX_BYTES) this.isTooLarge = true;
    return !this.isTooLarge;
  }

  private writeVolumes(writer: Writer, isDenied: bool): void {
    writer.key("volumes");
    writer.beginArray();
    for (let index = 0; !isDenied && index < this.volumes.length && this.hasRoom(writer, 0); index++) {
      this.writeVolume(writer, this.volumes[index]);
    }
    writer.endArray();
  }

  private writeVolume(writer: Writer, volume: RecoveredVolume): void {
    writer.beginObject();
    writer.key("driver");
    writer.text(volume.row.driver);
    writer.key("name");
    writer.text(volume.row.name);
    writer.key("class");
    writer.constant(CLASS_NAMES[volume.volumeClass]);
    writeReason(writer, volume, this.request.boot);
    writer.key("mountpoint");
    writer.textOrNull(volume.row.mountpoint);
    writer.key("users");
    writer.integer(volume.users);
    writer.key("step");
    if (volume.step == NO_STEP) writer.null();
    else writer.integer(volume.step);
    writer.endObject();
  }
}
