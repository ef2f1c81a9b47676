import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { quote } from "../../model/quote";
import { VolumeRequest } from "../../model/request";
import { isShared } from "./single-writer";

export function rule(): Rule {
  return new Rule(
    "volume-claimed-twice",
    "One volume for two tasks",
    Severity.Error,
    "Give each task a volume of its own, or share it: \"shared\" in both, or \"sharing\": \"allow\" in the policy.",
  );
}

/** A volume that a task asks for. */
class Claim {
  isTold: bool = false;

  constructor(readonly task: Document, readonly request: VolumeRequest) {}
}

/**
 * The second container would find the volume in use, or take it away on another machine. Marathon compares the names of
 * external volumes alone. Sorted rather than hashed: no choice of names makes it slow.
 */
export function check(tasks: Document[], context: Context): void {
  const claims: Claim[] = [];
  for (let index = 0; index < tasks.length; index++) addClaims(tasks[index], claims, context);
  claims.sort((one, other) => compare(one.request, other.request));
  let volume = 0;
  let external = -1;
  for (let index = 0; index < claims.length; index++) {
    const request = claims[index].request;
    if (index > 0 && !request.volumeName.equals(claims[index - 1].request.volumeName)) external = -1;
    if (!request.isSameVolume(claims[volume].request)) volume = index;
    if (volume < index) checkPair(claims[volume], claims[index], context);
    else if (external >= 0 && request.external !== null) checkPair(claims[external], claims[index], context);
    if (external < 0 && request.external !== null) external = index;
  }
  context.report.subject = null;
}

// What is wrong with a name, or with its sharing, is told elsewhere.
function addClaims(task: Document, claims: Claim[], context: Context): void {
  for (let index = 0; index < task.requests.length; index++) {
    const request = task.requests[index];
    if (request.isIgnored || request.volumeName.length == 0 || context.policy.allowsSharing(request.driver)) continue;
    claims.push(new Claim(task, request));
  }
}

function checkPair(one: Claim, other: Claim, context: Context): void {
  if (one.task === other.task) return;
  if (isShared(one.request, context.policy) && isShared(other.request, context.policy)) return;
  tell(one, other, context);
  tell(other, one, context);
}

// Both tasks are told, each about the other, once.
function tell(claim: Claim, other: Claim, context: Context): void {
  if (claim.isTold) return;
  claim.isTold = true;
  const request = claim.request;
  const message =
    "expected volume " + quote(request.volumeName) + " for " + nameOf(claim.task) + " alone, got it for " +
    nameOf(other.task) + " as well";
  // Without a path both can run, as long as they are on one machine.
  const isCertain = request.hasPath || other.request.hasPath || context.report.strict;
  context.report.subject = claim.task.subject;
  context.report.addAs(rule(), isCertain ? Severity.Error : Severity.Warning, message, request.place);
}

function nameOf(task: Document): Text {
  const id = task.subject.id;
  return quote(id === null ? task.pointer : id);
}

function compare(one: VolumeRequest, other: VolumeRequest): i32 {
  const names = compareTexts(one.volumeName, other.volumeName);
  return names != 0 ? names : compareTexts(one.driver, other.driver);
}

function compareTexts(one: Text, other: Text): i32 {
  if (one.start != other.start) {
    const order = memory.compare(one.start, other.start, <usize>min(one.length, other.length));
    if (order != 0) return order;
  }
  return one.length - other.length;
}
