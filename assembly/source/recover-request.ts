import { decimal } from "../json/digits";
import { decimal } from "../json/digits";
import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { CONTAINER_ID_MAX_BYTES, RECOVER_ENTRIES_MAX, REQUEST_SIZE_MAX_BYTES } from "../limits";
import { LedgerVolume } from "../model/ledger-row";
import { isAbsolute } from "../model/path";
import { Report } from "../model/report";
import { nowhere, Origin, Source } from "../model/source";
import * as requestInvalid from "../rules/request/request-invalid";
import { Containers, IN_LEDGER, ORPHAN, RUNNING } from "./containers";
import { Fields } from "./fields";
import { MountTable } from "./mount-table";
import { hasRoom, isContainerId, readNumber, readVolume } from "./request";
import { isReadable, readSource } from "./text-source";

/** Containers that claim something: a run of `RecoverRequest.claims`. */
export class Claimants {
  constructor(
    readonly from: i32,
    readonly to: i32,
  ) {}
}

/** A volume of the ledger with those that claim it. */
export class RecoverVolume {
  constructor(
    readonly row: LedgerVolume,
    readonly claimants: Claimants,
  ) {}
}

/** A directory of the ledger with those that have a path at it or under it. */
export class RecoverDirectory {
  constructor(
    readonly path: Text,
    readonly claimants: Claimants,
  ) {}
}

/** What a host asks with `recover`. */
export class RecoverRequest {
  boot: Text = "";
  readonly containers: Containers = new Containers();
  readonly volumes: RecoverVolume[] = [];
  /** Without those whose containers are too many to name: they stay. */
  readonly directories: RecoverDirectory[] = [];
  readonly mounts: MountTable = new MountTable();
  /** Numbers of containers; each claimed thing has its own run of them. */
  readonly claims: i32[] = [];
  /** Length of the longest row or id as it stands in the request, in bytes. */
  elementSizeMax: i32 = 0;

  constructor(readonly source: Source) {}
}

/** Reads a request of a host; a mistake in it is the host's, told as `request-invalid`. */
export function readRecoverRequest(start: usize, length: i32, report: Report): RecoverRequest {
  const source = readSource(Origin.Request, start, length, REQUEST_SIZE_MAX_BYTES, report);
  const request = new RecoverRequest(source);
  if (!isReadable(source)) return request;
  if (source.tape.kind(0) != Kind.Object) {
    requestInvalid.report(report, "the request to be an object", source.placeOf(0));
    return request;
  }
  new RecoverReader(request, report).read(new Fields(source, 0, report));
  return request;
}

class RecoverReader {
  /** How many container ids and mounts there were so far. */
  private entries: i32 = 0;

  constructor(
    private readonly request: RecoverRequest,
    private readonly report: Report,
  ) {}

  // A list that is left out would make every container gone, or every mount missing: those are required.
  read(fields: Fields): void {
    const boot = fields.text("boot");
    if (boot !== null && boot.text.length > 0) this.request.boot = boot.text;
    else this.refuse("boot to be the id of the machine's boot");
    this.readIds(this.required(fields, "running"), RUNNING);
    this.readIds(this.required(fields, "orphans"), ORPHAN);
    const ledger = fields.fields("ledger");
    if (ledger !== null) {
      this.readIds(ledger.array("containers"), IN_LEDGER);
      this.readVolumes(ledger);
      this.readDirectories(ledger);
    }
    this.readMounts(this.required(fields, "mounts"));
  }

  private refuse(expected: Text): void {
    requestInvalid.report(this.report, expected, nowhere(this.request.source));
  }

  private refuseRow(what: Text, node: i32): void {
    const expected = what + " as docs/abi/v1.md describes it";
    requestInvalid.report(this.report, expected, this.request.source.placeOf(node));
  }

  private required(fields: Fields, name: Text): i32 {
    if (fields.find(name) == NONE) this.refuse(name + " to be a list");
    return fields.array(name);
  }

  // False when no more is taken: there are too many, or too many mistakes to tell.
  private takesOne(node: i32): bool {
    if (this.report.isFull) return false;
    if (this.entries++ < RECOVER_ENTRIES_MAX) return true;
    if (this.entries == RECOVER_ENTRIES_MAX + 1) {
      const expected = "at most " + decimal(RECOVER_ENTRIES_MAX) + " container ids and mounts";
      requestInvalid.report(this.report, expected, this.request.source.placeOf(node));
    }
    return false;
  }

  private measure(node: i32): void {
    const tape = this.request.source.tape;
    this.request.elementSizeMax = max(this.request.elementSizeMax, tape.end(node) - tape.start(node));
  }

  // Notes every container of a list as a claim too, when the ledger names it.
  private readIds(list: i32, mark: i32): Claimants {
    const tape = this.request.source.tape;
    const claims = this.request.claims;
    const from = claims.length;
    if (list != NONE) {
      for (let node = tape.first(list); node != NONE && this.takesOne(node); node = tape.nextElement(list, node)) {
        const id = tape.kind(node) == Kind.String ? tape.textOf(node) : Text.empty();
        if (!isContainerId(id)) {
          const expected = "a container id of 1 to " + decimal(CONTAINER_ID_MAX_BYTES) + " bytes";
          requestInvalid.report(this.report, expected, this.request.source.placeOf(node));
          continue;
        }
        this.measure(node);
        claims.push(this.request.containers.add(id, mark));
      }
    }
    return new Claimants(from, claims.length);
  }

  private readVolumes(ledger: Fields): void {
    const list = ledger.array("volumes");
    if (list == NONE) return;
    const tape = ledger.source.tape;
    const volumes = this.request.volumes;
    for (let node = tape.first(list); node != NONE; node = tape.nextElement(list, node)) {
      if (!hasRoom(volumes.length, node, ledger)) return;
      this.measure(node);
      const isObject = tape.kind(node) == Kind.Object;
      const volume = isObject ? this.readVolume(new Fields(ledger.source, node, this.report)) : null;
      if (volume !== null) volumes.push(volume);
      else this.refuseRow("a volume row", node);
    }
  }

  private readVolume(fields: Fields): RecoverVolume | null {
    const containers = fields.array("containers");
    const row = readVolume(fields, 0);
    if (containers == NONE || row === null) return null;
    return new RecoverVolume(row, this.readIds(containers, IN_LEDGER));
  }

  private readDirectories(ledger: Fields): void {
    const list = ledger.array("directories");
    if (list == NONE) return;
    const tape = ledger.source.tape;
    const directories = this.request.directories;
    let count = 0;
    for (let node = tape.first(list); node != NONE; node = tape.nextElement(list, node)) {
      if (!hasRoom(count++, node, ledger)) return;
      this.measure(node);
      if (tape.kind(node) != Kind.Object || !this.readDirectory(new Fields(ledger.source, node, this.report))) {
        this.refuseRow("a directory row", node);
      }
    }
  }

  // Containers that only a directory names are not the ledger's.
  private readDirectory(fields: Fields): bool {
    const path = fields.text("path");
    if (path === null || !isAbsolute(path.text)) return false;
    if (fields.find("containers") == NONE) return true;
    const containers = fields.array("containers");
    if (containers == NONE) return false;
    this.request.directories.push(new RecoverDirectory(path.text, this.readIds(containers, 0)));
    return true;
  }

  private readMounts(list: i32): void {
    if (list == NONE) return;
    const source = this.request.source;
    const tape = source.tape;
    for (let node = tape.first(list); node != NONE && this.takesOne(node); node = tape.nextElement(list, node)) {
      if (tape.kind(node) != Kind.Object || !this.readMount(new Fields(source, node, this.report))) {
        this.refuseRow("a mount", node);
      }
    }
  }

  private readMount(fields: Fields): bool {
    const path = fields.text("path");
    const device = fields.text("device");
    const id = readNumber(fields, "id");
    if (path === null || !isAbsolute(path.text) || device === null || id < 0) return false;
    this.request.mounts.add(path.text, id, device.text);
    return true;
  }
}
