import { Context } from "../model/context";
import { Document } from "../model/document";
import { DocumentKind } from "../model/kind";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { checkDocument } from "../rules/index";
import * as exceptionExpired from "../rules/policy/exception-expired";
import { readDocument, readTasks } from "../source/document";

/**
 * The judgement of a document by itself, the same for every caller: what `inspect` says of it is what `prepare` acts
 * on.
 * @returns the document; findings and verdict are in the report
 */
export function judge(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  follow(policy, report);
  const document = readDocument(kind, start, length, policy, report);
  report.subject = document.subject;
  checkDocument(document, new Context(document.source, policy, report));
  return document;
}

/**
 * The judgement of each task of a document, by the same rules.
 * @param tasks takes the tasks
 * @returns the document as a whole
 */
export function judgeTasks(
  kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report, tasks: Document[],
): Document {
  follow(policy, report);
  const document = readTasks(kind, start, length, policy, report, tasks);
  const context = new Context(document.source, policy, report);
  for (let index = 0; index < tasks.length; index++) {
    report.subject = tasks[index].subject;
    checkDocument(tasks[index], context);
  }
  report.subject = null;
  return document;
}

function follow(policy: Policy, report: Report): void {
  report.strict = policy.strict;
  report.policy = policy.findings;
  report.tellExpired = exceptionExpired.report;
}
