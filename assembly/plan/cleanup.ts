import { policyInForce } from "../admit/configure";
import { RemoveDirectory } from "../model/directory-step";
import { decimal } from "../json/digits";
import { RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { LedgerState } from "../model/ledger-row";
import { Plan } from "../model/plan";
import { Report } from "../model/report";
import { nowhere } from "../model/source";
import { Location } from "../model/step";
import { Forget, UnmountVolume } from "../model/volume-step";
import * as requestInvalid from "../rules/request/request-invalid";
import { PlanRequest, readPlanRequest } from "../source/request";
import { addDirectories } from "./directories";

/** How much longer a step can be than its row: keys, numbers, marks. */
const STEP_BYTES: i32 = 96;
/** What a plan has besides steps; findings come without them. */
const OTHERS_BYTES: i32 = 4096;

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
  checkSize(request, length, report);
  if (!report.hasErrors) addSteps(plan, request);
  return plan.write(report);
}

// A text is never longer in the answer than it was in the request: both escape what JSON wants to be escaped.
function checkSize(request: PlanRequest, length: i32, report: Report): void {
  const rows = request.volumes.length + request.directories.length;
  if (length + rows * STEP_BYTES + OTHERS_BYTES <= RESPONSE_SIZE_MAX_BYTES) return;
  const expected = "a request whose answer has at most " + decimal(RESPONSE_SIZE_MAX_BYTES) + " bytes";
  requestInvalid.report(report, expected, nowhere(request.source));
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
