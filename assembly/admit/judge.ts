import { Context } from "../model/context";
import { Document } from "../model/document";
import { DocumentKind } from "../model/kind";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { VolumeRequest } from "../model/request";
import { checkDocument, checkTasks } from "../rules/index";
import * as exceptionExpired from "../rules/policy/exception-expired";
import { readDocument, readTasks } from "../source/document";
import { keepGoodFixes } from "./fixes";

/**
 * The judgement of a document by itself, the same for every caller: what `inspect` says of it is what `prepare` acts
 * on.
 * @returns the document; findings and verdict are in the report
 */
export function judge(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  const document = judgeOne(kind, start, length, policy, report);
  if (report.hasFixes) keepGoodFixes(kind, policy, report, document.requests, tryOne);
  return document;
}

function judgeOne(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  follow(policy, report);
  const document = readDocument(kind, start, length, policy, report);
  report.subject = document.subject;
  checkDocument(document, new Context(document.source, policy, report));
  return document;
}

function tryOne(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report,
): VolumeRequest[] {
  return judgeOne(kind, start, length, policy, report).requests;
}

/**
 * The judgement of each task of a document, by the same rules.
 * @param tasks takes the tasks
 * @returns the document as a whole
 */
export function judgeTasks(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report, tasks: Document[],
): Document {
  const document = judgeAll(kind, start, length, policy, report, tasks);
  if (report.hasFixes) keepGoodFixes(kind, policy, report, requestsOf(tasks), tryAll);
  return document;
}

function judgeAll(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report, tasks: Document[],
): Document {
  follow(policy, report);
  const document = readTasks(kind, start, length, policy, report, tasks);
  const context = new Context(document.source, policy, report);
  for (let index = 0; index < tasks.length; index++) {
    report.subject = tasks[index].subject;
    checkDocument(tasks[index], context);
  }
  checkTasks(tasks, context);
  return document;
}

function tryAll(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report,
): VolumeRequest[] {
  const tasks: Document[] = [];
  judgeAll(kind, start, length, policy, report, tasks);
  return requestsOf(tasks);
}

function requestsOf(tasks: Document[]): VolumeRequest[] {
  if (tasks.length == 1) return tasks[0].requests;
  const requests: VolumeRequest[] = [];
  for (let index = 0; index < tasks.length; index++) {
    for (let at = 0; at < tasks[index].requests.length; at++) requests.push(tasks[index].requests[at]);
  }
  return requests;
}

function follow(policy: Policy, report: Report): void {
  report.strict = policy.strict;
  report.policy = policy.findings;
  report.tellExpired = exceptionExpired.report;
}
