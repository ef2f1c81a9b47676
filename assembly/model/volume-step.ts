import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { LedgerMount, writeMount } from "./ledger-mount";
import { LedgerVolume, Transport } from "./ledger-row";
import { Policy } from "./policy";
import { ExplicitCreate, VolumeRequest } from "./request";
import { Location, Step, writeTransport, writeVolume } from "./step";

/** The driver mounts the volume. */
export class MountVolume extends Step {
  constructor(
    readonly request: VolumeRequest,
    readonly transport: Transport,
    readonly policy: Policy,
    /** Whether the driver may count the volume as mounted although nobody knows where. */
    readonly isReleasedFirst: bool,
  ) {
    super("mountVolume");
  }

  protected writeFields(writer: Writer): void {
    writeVolume(writer, this.request.driver, this.request.volumeName);
    this.request.writeOptions(writer);
    writer.key("create");
    writer.boolean(this.request.explicitCreate != ExplicitCreate.True);
    writer.key("releaseFirst");
    writer.boolean(this.isReleasedFirst);
    writeTransport(writer, this.transport);
    writer.key("timeoutMs");
    writer.integer(this.policy.mountTimeoutMs);
    writer.key("mountRoots");
    writer.beginArray();
    for (let index = 0; index < this.policy.mountRoots.length; index++) writer.text(this.policy.mountRoots[index]);
    writer.endArray();
  }

  protected writeUndo(writer: Writer): void {
    writer.beginObject();
    writer.key("action");
    writer.constant("unmountVolume");
    writer.key("timeoutMs");
    writer.integer(this.policy.unmountTimeoutMs);
    writer.endObject();
  }
}

/** The volume is mounted already. */
export class ReuseVolume extends Step {
  constructor(
    readonly driver: Text,
    readonly name: Text,
    readonly mountpoint: Text,
  ) {
    super("reuseVolume");
  }

  protected writeFields(writer: Writer): void {
    writeVolume(writer, this.driver, this.name);
    writer.key("mountpoint");
    writer.text(this.mountpoint);
  }
}

/** The volume's root takes owner and mode of the directory it will be bound on. */
export class MatchOwner extends Step {
  constructor(
    readonly volume: i32,
    readonly directory: i32,
  ) {
    super("matchOwner");
  }

  protected writeFields(writer: Writer): void {
    writer.key("volume");
    writer.integer(this.volume);
    writer.key("directory");
    writer.integer(this.directory);
  }
}

/** The volume is bound on a path, in the container's mount namespace. */
export class Bind extends Step {
  constructor(
    readonly source: i32,
    readonly target: Location,
    readonly isReadOnly: bool,
  ) {
    super("bind");
  }

  protected writeFields(writer: Writer): void {
    writer.key("source");
    writer.integer(this.source);
    this.target.write(writer, "target");
    writer.key("recursive");
    writer.boolean(true);
    writer.key("readOnly");
    writer.boolean(this.isReadOnly);
  }
}

/** The driver unmounts the volume. */
export class UnmountVolume extends Step {
  constructor(
    readonly row: LedgerVolume,
    /** What may be unmounted without the driver once it has answered; null for nothing. */
    readonly mount: LedgerMount | null,
    readonly timeoutMs: i32,
  ) {
    super("unmountVolume");
  }

  protected writeFields(writer: Writer): void {
    writeVolume(writer, this.row.driver, this.row.name);
    writer.key("mountpoint");
    writer.textOrNull(this.row.mountpoint);
    writeMount(writer, this.mount);
    writeTransport(writer, this.row.transport);
    writer.key("timeoutMs");
    writer.integer(this.timeoutMs);
  }
}

/** The container's claims leave the ledger. */
export class Forget extends Step {
  constructor(readonly container: Text) {
    super("forget");
  }

  protected writeFields(writer: Writer): void {
    writer.key("container");
    writer.text(this.container);
  }
}
