import { policyInForce } from "../admit/configure";
import { RemoveDirectory } from "../model/directory-step";
import { LedgerState } from "../model/ledger-row";
import { Plan } from "../model/plan";
import { Report } from "../model/report";
import { Location, Step } from "../model/step";
import { Forget, UnmountVolume } from "../model/volume-step";
import { Text } from "../json/text";
import { Claimants, readRecoverRequest, RecoverRequest } from "../source/recover-request";
import { addDirectories } from "./directories";
import { RecoverAnswer } from "./recover-answer";
import { RecoveredVolume } from "./recovered-volume";
import { classOf, presenceIn, VolumeClass } from "./volume-class";

/** No claim of a container, or none counted. */
const NONE_YET: i32 = -1;

/**
 * Says what has become of each volume, and plans what is safe: the containers that are gone leave the ledger, and what
 * nobody claims any more is released. Each volume is judged by itself.
 * @param start address of the request, JSON
 * @param length in bytes
 */
export function planRecover(start: usize, length: i32): i64 {
  const report = new Report();
  const request = readRecoverRequest(start, length, report);
  const answer = new RecoverAnswer(request);
  if (!report.hasErrors) new RecoverPlanner(request, answer).run();
  return answer.write(report);
}

class RecoverPlanner {
  private readonly plan: Plan;
  /** By the number of a container: the last of its claims on what will be released; each knows the one before it. */
  private readonly lastClaims: StaticArray<i32>;
  private readonly claimsBefore: i32[] = [];
  private readonly claimSteps: Step[] = [];
  /** By the number of a container: the last claimed thing that counted it. */
  private readonly countedBy: StaticArray<i32>;

  constructor(
    private readonly request: RecoverRequest,
    private readonly answer: RecoverAnswer,
  ) {
    this.plan = answer.plan;
    this.lastClaims = newTable(request.containers.ids.length);
    this.countedBy = newTable(request.containers.ids.length);
  }

  run(): void {
    const ids = this.request.containers.ids;
    const forgets: i32[] = [];
    for (let number = 0; number < ids.length; number++) {
      if (!this.request.containers.isGone(number)) continue;
      this.answer.gone.push(ids[number]);
      forgets.push(number);
      this.plan.add(new Forget(ids[number]));
    }
    this.judgeVolumes();
    const directories = this.directories();
    // Container by container, so that each step is after rising ones without a search.
    for (let forget = 0; forget < forgets.length; forget++) this.letWait(forgets[forget], forget);
    addDirectories(this.plan, directories);
  }

  private judgeVolumes(): void {
    const timeoutMs = policyInForce().unmountTimeoutMs;
    for (let index = 0; index < this.request.volumes.length; index++) {
      const row = this.request.volumes[index].row;
      if (row.state == LedgerState.Released) continue;
      const volume = new RecoveredVolume(row);
      const claimants = this.request.volumes[index].claimants;
      this.countUsers(volume, claimants, index);
      row.presence = presenceIn(this.request.mounts, this.request.boot, row);
      volume.volumeClass = classOf(row, volume.users);
      this.answer.volumes.push(volume);
      if (volume.users > 0) continue;
      const step = new UnmountVolume(row, row.ownMount, timeoutMs);
      volume.step = this.plan.add(step);
      this.noteClaims(claimants, step);
    }
  }

  private countUsers(volume: RecoveredVolume, claimants: Claimants, by: i32): void {
    const containers = this.request.containers;
    for (let claim = claimants.from; claim < claimants.to; claim++) {
      const number = this.request.claims[claim];
      if (!containers.isKept(number) || this.countedBy[number] == by) continue;
      this.countedBy[number] = by;
      if (volume.users++ > 0) continue;
      volume.user = containers.ids[number];
      volume.isUserOrphan = !containers.isRunning(number);
    }
  }

  // Those of which every container is gone.
  private directories(): RemoveDirectory[] {
    const steps: RemoveDirectory[] = [];
    for (let index = 0; index < this.request.directories.length; index++) {
      const directory = this.request.directories[index];
      if (this.isKept(directory.claimants)) continue;
      const step = new RemoveDirectory(Location.onMachine(directory.path));
      steps.push(step);
      this.noteClaims(directory.claimants, step);
    }
    return steps;
  }

  private isKept(claimants: Claimants): bool {
    for (let claim = claimants.from; claim < claimants.to; claim++) {
      if (this.request.containers.isKept(this.request.claims[claim])) return true;
    }
    return false;
  }

  private noteClaims(claimants: Claimants, step: Step): void {
    for (let claim = claimants.from; claim < claimants.to; claim++) {
      const number = this.request.claims[claim];
      this.claimsBefore.push(this.lastClaims[number]);
      this.lastClaims[number] = this.claimSteps.push(step) - 1;
    }
  }

  private letWait(number: i32, forget: i32): void {
    for (let claim = this.lastClaims[number]; claim != NONE_YET; claim = this.claimsBefore[claim]) {
      const after = this.claimSteps[claim].after;
      if (after.length == 0 || after[after.length - 1] != forget) after.push(forget);
    }
  }
}

function newTable(size: i32): StaticArray<i32> {
  const table = new StaticArray<i32>(size);
  table.fill(NONE_YET);
  return table;
}
