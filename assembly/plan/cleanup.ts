import { policyInForce } from "../admit/configure";
import { RemoveDirectory } from "../model/directory-step";
import { LedgerState } from "../model/ledger-row";
import { Plan } from "../model/plan";
import { Report } from "../model/report";
import { Location } from "../model/step";
import { Forget, UnmountVolume } from "../model/volume-step";
import { PlanRequest, readPlanRequest } from "../source/request";
import { addDirectories } from "./directories";

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
    if (volume.users > 0 || volume.state == LedgerState.Released) continue;
    const step = new UnmountVolume(volume, volume.ownMount, timeoutMs);
    step.needs(forget);
    plan.add(step);
  }
  const directories: RemoveDirectory[] = [];
  for (let index = 0; index < request.directories.length; index++) {
    const row = request.directories[index];
    if (row.users > 0) continue;
    const step = new RemoveDirectory(Location.onMachine(row.path));
    step.needs(forget);
    directories.push(step);
  }
  addDirectories(plan, directories);
}
