import { policyInForce } from "../admit/configure";
import { RemoveDirectory } from "../model/directory-step";
import { LedgerDirectory, LedgerState } from "../model/ledger-row";
import { Plan } from "../model/plan";
import { Report } from "../model/report";
import { Location, NO_STEP } from "../model/step";
import { Forget, UnmountVolume } from "../model/volume-step";
import { PlanRequest, readPlanRequest } from "../source/request";

/**
 * Plans what remains to be done when a container is gone. Its claims go first: from then on nothing counts it as a
 * user, and a volume whose release fails is left without one, for a later try. The steps after that are independent, so
 * that a host goes on past a failure.
 * @param start address of the request, JSON
 * @param length in bytes
 */
export function planCleanup(start: usize, length: i32): i64 {
  const report = new Report();
  const request = readPlanRequest(start, length, report);
  const plan = new Plan("cleanup", request.container);
  if (!report.hasErrors) addSteps(plan, request);
  return plan.write(report);
}

function addSteps(plan: Plan, request: PlanRequest): void {
  const forget = plan.add(new Forget(request.container));
  const timeoutMs = policyInForce().unmountTimeoutMs;
  for (let index = 0; index < request.volumes.length; index++) {
    const volume = request.volumes[index];
    // Intended and no more: no driver was asked for it yet.
    if (volume.users > 0 || volume.state == LedgerState.Intended || volume.state == LedgerState.Released) continue;
    const step = new UnmountVolume(volume.driver, volume.name, volume.mountpoint, volume.transport, timeoutMs);
    step.needs(forget);
    plan.add(step);
  }
  addDirectories(plan, forget, request.directories);
}

// The innermost first; the longest path is at least as deep as any that it is inside of.
function addDirectories(plan: Plan, forget: i32, rows: LedgerDirectory[]): void {
  const directories: LedgerDirectory[] = [];
  for (let index = 0; index < rows.length; index++) {
    if (rows[index].users > 0) continue;
    let to = directories.push(rows[index]) - 1;
    while (to > 0 && directories[to - 1].path.length < rows[index].path.length) {
      directories[to] = directories[to - 1];
      to--;
    }
    directories[to] = rows[index];
  }
  let before = NO_STEP;
  for (let index = 0; index < directories.length; index++) {
    const step = new RemoveDirectory(Location.onMachine(directories[index].path));
    step.needs(forget);
    step.needs(before);
    before = plan.add(step);
  }
}
