import { arenaMark, rewindArena } from "../abi/arena";
import { FIX_TRIALS_MAX_BYTES } from "../limits";
import { DocumentKind } from "../model/kind";
import { Finding } from "../model/finding";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { VolumeRequest } from "../model/request";
import { Origin } from "../model/source";

/** What a trial costs besides its document, in bytes: a bound for the number of trials of small documents. */
const TRIAL_BYTES: i32 = 4096;

/** Judges a document once more, without a word about fixes. Gives all that it asks for. */
export type Judge = (
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report,
) => VolumeRequest[];

/**
 * Keeps the fixes that do what a fix must: the mended document, judged by the same rules, has the findings that it had
 * but for that one (others may have gone with it, none has come or is changed), and every volume that was asked for is
 * still asked for. All other fixes are taken away.
 */
export function keepGoodFixes(
  kind: DocumentKind, policy: Policy, report: Report, requests: VolumeRequest[], judge: Judge,
): void {
  // Which of two keys a pointer means is for each reader to say; and of what is not told nobody knows what becomes.
  let rest = report.isFull || report.hasCode("json-repeated-key") ? 0 : FIX_TRIALS_MAX_BYTES;
  const findings = report.findings;
  for (let index = 0; index < findings.length; index++) {
    const fix = findings[index].fix;
    if (fix === null) continue;
    rest -= fix.sizeMax + TRIAL_BYTES;
    if (rest < 0 || !isGood(index, kind, policy, report, requests, judge)) findings[index].fix = null;
  }
}

// Tries the fix of a finding. The memory that it takes is given back.
function isGood(
  index: i32, kind: DocumentKind, policy: Policy, report: Report, requests: VolumeRequest[], judge: Judge,
): bool {
  const mark = arenaMark();
  const mended = report.findings[index].fix!.mend();
  const trial = new Report();
  trial.now = report.now;
  const after = judge(kind, mended.start, mended.length, policy, trial);
  const result = areLeft(trial.findings, report.findings, index) && areKept(requests, after);
  rewindArena(mark);
  return result;
}

// True when the findings are those from before, in their order, without that one and perhaps without others.
function areLeft(after: Finding[], before: Finding[], mended: i32): bool {
  let at = 0;
  for (let index = 0; index < after.length; index++) {
    while (at < before.length && (at == mended || !isSame(after[index], before[at]))) at++;
    if (at == before.length) return false;
    at++;
  }
  return true;
}

function isSame(one: Finding, other: Finding): bool {
  return other.place.source.origin == Origin.Document && one.isLike(other);
}

// True when every volume is still asked for, and with a path where it had one.
function areKept(before: VolumeRequest[], after: VolumeRequest[]): bool {
  let at = 0;
  for (let index = 0; index < before.length; index++) {
    while (at < after.length && !isKept(before[index], after[at])) at++;
    if (at == after.length) return false;
    at++;
  }
  return true;
}

// A driver that was not written may become one that is.
function isKept(before: VolumeRequest, after: VolumeRequest): bool {
  const isSameDriver = before.driverAsWritten === null || before.driver.equals(after.driver);
  return isSameDriver && before.volumeName.equals(after.volumeName) && (!before.hasPath || after.hasPath);
}
