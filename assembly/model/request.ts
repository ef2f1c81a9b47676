import { OPTIONS_MAX } from "../limits";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { ExternalVolume } from "./external-volume";
import { Located } from "./located";
import { Place } from "./source";
import { VolumeOption, writeOption } from "./volume-option";

/** Where a request comes from. */
export const enum RequestOrigin {
  Environment,
  DockerVolume,
  External,
}

const ORIGIN_NAMES: StaticArray<Text> = ["environment", "docker-volume", "external"];

export function originName(origin: RequestOrigin): Text {
  return ORIGIN_NAMES[origin];
}

/** What the document wrote for EXPLICITCREATE. */
export const enum ExplicitCreate {
  Absent,
  False,
  True,
  Invalid,
}

/** A volume that a document asks for. */
// @ts-ignore: decorator
@unmanaged
export class VolumeRequest {
  /** `""` or a digit for variables; null otherwise. */
  slot: Text | null = null;
  /** null when the policy's default driver was taken. */
  driverAsWritten: Located | null = null;
  options: VolumeOption[] = [];
  explicitCreate: ExplicitCreate = ExplicitCreate.Absent;
  explicitCreateAsWritten: Located | null = null;
  dvdcli: Located | null = null;
  /** As written; null for a volume that is mounted on the host only. */
  path: Located | null = null;
  /** `path` without `.`, `//` and trailing slash; relative if that is. */
  target: Text = Text.empty();
  /** `target` as the container sees it: below the sandbox when it is relative and the sandbox is known. */
  containerPath: Text = Text.empty();
  isReadOnly: bool = false;
  /** What Marathon alone looks at; null for a request that does not come from a Marathon app's volume. */
  external: ExternalVolume | null = null;
  /** A second request for the same volume, without a path: nothing is done for it. */
  isIgnored: bool = false;

  constructor(
    readonly origin: RequestOrigin,
    /** null when the document gives none. */
    readonly name: Located | null,
    readonly driver: Text,
    /** Where the request as a whole is: its name, or what the name is missing from. */
    readonly place: Place,
  ) {}

  /** The name; empty when the document gives none, which is an error of its own. */
  get volumeName(): Text {
    const name = this.name;
    return name === null ? Text.empty() : name.text;
  }

  get hasPath(): bool {
    return this.path !== null;
  }

  /** Same (driver, name), to the byte. */
  isSameVolume(other: VolumeRequest): bool {
    return this.driver.equals(other.driver) && this.volumeName.equals(other.volumeName);
  }

  /** Writes `options`: a list, since the order is the user's. Items without a value are findings, and left out. */
  writeOptions(writer: Writer): void {
    writer.key("options");
    writer.beginArray();
    for (let index = 0; index < min(this.options.length, OPTIONS_MAX); index++) {
      const option = this.options[index];
      const value = option.value;
      if (value === null) continue;
      writeOption(writer, option.key, value, option.isSecret);
    }
    writer.endArray();
  }
}
