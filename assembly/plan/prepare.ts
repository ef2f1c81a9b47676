import { judge } from "../admit/judge";
import { policyInForce } from "../admit/configure";
import { Context } from "../model/context";
import { Text } from "../json/text";
import { EnsureDirectory, RequireDirectory } from "../model/directory-step";
import { Document } from "../model/document";
import { LedgerState, LedgerVolume, Transport } from "../model/ledger-row";
import { depthOf, isAbsolute, isUnder, join } from "../model/path";
import { Claim, Plan } from "../model/plan";
import { Policy } from "../model/policy";
import { TransportKind } from "../model/transport-kind";
import { Report } from "../model/report";
import { VolumeRequest } from "../model/request";
import { Location, NO_STEP, Step } from "../model/step";
import { Bind, MatchOwner, MountVolume, ReuseVolume } from "../model/volume-step";
import { checkLedger, isRowOf } from "../rules/index";
import { headerLength } from "../source/header";
import { PlanRequest, readPlanRequest } from "../source/request";

/**
 * Plans what a container needs before its task starts.
 * @param start address of the request: a header of JSON on one line, one line feed, the document as the user wrote it
 * @param length of both together, in bytes
 */
export function planPrepare(start: usize, length: i32): i64 {
  const report = new Report();
  const policy = policyInForce();
  const header = headerLength(start, length);
  const request = readPlanRequest(start, header, report);
  const from = min(header + 1, length);
  const document = judge(request.kind, start + <usize>from, length - from, policy, report);
  checkLedger(document, request.volumes, new Context(document.source, policy, report));
  const plan = new Plan("prepare", request.container);
  if (!report.hasErrors) new PreparePlanner(plan, document, request, policy).run();
  return plan.write(report);
}

/** What is planned for one request so far. */
class Entry {
  volume: i32 = NO_STEP;
  directory: i32 = NO_STEP;
  owner: i32 = NO_STEP;
  bind: i32 = NO_STEP;
  isReused: bool = false;
  /** The entry whose path this one's path is inside of, the nearest one. */
  parent: Entry | null = null;

  constructor(readonly request: VolumeRequest) {}
}

class PreparePlanner {
  private readonly entries: Entry[] = [];

  constructor(
    private readonly result: Plan,
    private readonly document: Document,
    private readonly request: PlanRequest,
    private readonly policy: Policy,
  ) {}

  // Directories on the machine come first: a path that is missing fails before any driver is asked.
  run(): void {
    this.collectEntries();
    const directories: i32[] = [];
    for (let index = 0; index < this.entries.length; index++) {
      const entry = this.entries[index];
      if (!entry.request.hasPath || entry.parent !== null) continue;
      entry.directory = this.result.add(this.directoryStep(entry.request));
      directories.push(entry.directory);
    }
    for (let index = 0; index < this.entries.length; index++) this.addVolume(this.entries[index], directories);
    this.addPaths();
  }

  private collectEntries(): void {
    const requests = this.document.requests;
    for (let index = 0; index < requests.length; index++) {
      if (!requests[index].isIgnored) this.entries.push(new Entry(requests[index]));
    }
    for (let index = 0; index < this.entries.length; index++) {
      if (this.entries[index].request.hasPath) this.entries[index].parent = this.parentOf(this.entries[index]);
    }
  }

  private parentOf(entry: Entry): Entry | null {
    let parent: Entry | null = null;
    for (let index = 0; index < this.entries.length; index++) {
      const other = this.entries[index];
      if (!other.request.hasPath || !isUnder(entry.request.containerPath, other.request.containerPath)) continue;
      if (parent === null || other.request.containerPath.length > parent.request.containerPath.length) parent = other;
    }
    return parent;
  }

  // Where the directory on the machine is that the volume will be bound on, by the table of design.md.
  private directoryStep(request: VolumeRequest): Step {
    const rootfs = this.document.rootfs;
    if (!isAbsolute(request.target)) {
      const path = join("/", request.target);
      return new EnsureDirectory(new Location(this.document.sandbox, NO_STEP, path), true);
    }
    if (rootfs !== null) return new EnsureDirectory(new Location(rootfs, NO_STEP, request.target), false);
    const location = Location.onMachine(request.target);
    if (isUnder(request.target, "/tmp")) return new EnsureDirectory(location, false);
    return new RequireDirectory(location);
  }

  private addVolume(entry: Entry, directories: i32[]): void {
    const request = entry.request;
    const row = this.rowOf(request);
    let transport: Transport;
    let step: Step;
    if (row !== null && row.isMounted) {
      transport = row.transport;
      step = new ReuseVolume(row.driver, row.name, row.mountpoint!);
      entry.isReused = true;
    } else {
      transport = this.transportOf(request);
      // Claimed and no more is `released`; in any other state a driver may have been asked without an answer.
      const isReleasedFirst = row !== null && row.state != LedgerState.Released;
      step = new MountVolume(request, transport, this.policy, isReleasedFirst);
    }
    for (let index = 0; index < directories.length; index++) step.needs(directories[index]);
    entry.volume = this.result.add(step);
    this.result.claims.push(new Claim(request, transport, entry.volume));
  }

  private rowOf(request: VolumeRequest): LedgerVolume | null {
    const rows = this.request.volumes;
    for (let index = 0; index < rows.length; index++) {
      if (isRowOf(rows[index], request)) return rows[index];
    }
    return null;
  }

  // A document that names a dvdcli wants to be served by it; otherwise policy says how.
  private transportOf(request: VolumeRequest): Transport {
    const dvdcli = request.dvdcli;
    if (dvdcli !== null) return new Transport(TransportKind.Dvdcli, dvdcli.text);
    const kind = this.policy.transportOf(request.driver);
    // A policy with this transport and no path is refused.
    const executable = kind == TransportKind.Plugin ? Text.empty() : this.policy.dvdcliPaths[0];
    return new Transport(kind, executable);
  }

  // Directories inside of other volumes, owners and binds, from the outermost path to the innermost.
  private addPaths(): void {
    const byDepth = this.entriesByDepth();
    for (let index = 0; index < byDepth.length; index++) {
      const entry = byDepth[index];
      const parent = entry.parent;
      if (parent !== null) entry.directory = this.addNestedDirectory(entry, parent);
      // A volume that others use keeps the owner they gave it, and one that is only read is not changed.
      if (!entry.isReused && !entry.request.isReadOnly) {
        const owner = new MatchOwner(entry.volume, entry.directory);
        owner.needs(entry.volume);
        owner.needs(entry.directory);
        entry.owner = this.result.add(owner);
      }
      this.addBind(entry);
    }
  }

  private entriesByDepth(): Entry[] {
    const sorted: Entry[] = [];
    for (let index = 0; index < this.entries.length; index++) {
      const entry = this.entries[index];
      if (!entry.request.hasPath) continue;
      let to = sorted.push(entry) - 1;
      const depth = depthOf(entry.request.containerPath);
      while (to > 0 && depthOf(sorted[to - 1].request.containerPath) > depth) {
        sorted[to] = sorted[to - 1];
        to--;
      }
      sorted[to] = entry;
    }
    return sorted;
  }

  // The container will see the other volume there, so the directory must be in it.
  private addNestedDirectory(entry: Entry, parent: Entry): i32 {
    const path = entry.request.containerPath;
    const inside = path.slice(parent.request.containerPath.length, path.length);
    const step = new EnsureDirectory(new Location(null, parent.volume, inside), true);
    step.needs(parent.volume);
    step.needs(parent.owner);
    return this.result.add(step);
  }

  private addBind(entry: Entry): void {
    const bind = new Bind(entry.volume, this.bindTarget(entry.request), entry.request.isReadOnly);
    bind.needs(entry.volume);
    bind.needs(entry.directory);
    bind.needs(entry.owner);
    const parent = entry.parent;
    if (parent !== null) bind.needs(parent.bind);
    entry.bind = this.result.add(bind);
    this.result.binds.push(entry.bind);
  }

  private bindTarget(request: VolumeRequest): Location {
    const rootfs = this.document.rootfs;
    if (rootfs !== null) return new Location(rootfs, NO_STEP, request.containerPath);
    if (isAbsolute(request.target)) return Location.onMachine(request.target);
    return new Location(this.document.sandbox, NO_STEP, join("/", request.target));
  }
}
