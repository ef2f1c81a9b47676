import { kindTitle } from "../../model/kind";
import { Document } from "../../model/document";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";

export function rule(): Rule {
  return new Rule(
    "document-of-several",
    "Document of several tasks",
    Severity.Error,
    "Hand over one task, or check the whole document with admit.",
  );
}

/** An agent starts one task at a time: which one of the document would be a guess. */
export function report(to: Report, document: Document): void {
  const message = "expected a document of one task, got one of several: " + kindTitle(document.kind);
  to.add(rule(), message, document.source.placeOfOpening(0));
}
