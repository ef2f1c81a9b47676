import { Context } from "../model/context";
import { Document } from "../model/document";
import { DocumentKind } from "../model/kind";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { checkDocument } from "../rules/index";
import { readDocument } from "../source/document";

/**
 * The judgement of a document by itself, the same for every caller: what `inspect` says of it is what `prepare` acts
 * on.
 * @returns the document; findings and verdict are in the report
 */
export function judge(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  report.strict = policy.strict;
  const document = readDocument(kind, start, length, policy, report);
  checkDocument(document, new Context(document.source, policy, report));
  return document;
}
