import { Kind, NONE } from "../json/tape";
import { DOCUMENT_SIZE_MAX_BYTES } from "../limits";
import { Document } from "../model/document";
import { DocumentKind } from "../model/kind";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import { Origin, Source } from "../model/source";
import * as documentKindUnknown from "../rules/document/document-kind-unknown";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import { detect, listOfVariables } from "./detect";
import { readMesosEnvironment, readObjectEnvironment } from "./environment";
import { Fields } from "./fields";
import { readMarathonApp } from "./marathon";
import { readMesosContainer } from "./mesos";
import { requestsOfEnvironment } from "./requests";
import { isReadable, readSource } from "./text-source";

/**
 * Reads a document of any kind. What is wrong with it as a document is in the report; what its requests are worth is
 * for the rules to say.
 */
export function readDocument(kind: DocumentKind, start: usize, length: i32, policy: Policy, report: Report): Document {
  const source = readSource(Origin.Document, start, length, DOCUMENT_SIZE_MAX_BYTES, report);
  const document = new Document(source);
  document.kind = kind;
  if (!isReadable(source)) return document;
  if (kind == DocumentKind.Detect) {
    const detection = detect(source.tape);
    document.kind = detection.kind;
    document.detected = detection.reason;
    if (detection.kind == DocumentKind.Detect) {
      documentKindUnknown.report(report, source, detection.reason);
      return document;
    }
  } else {
    document.detected = "was named by the caller";
  }
  if (source.tape.kind(0) != Kind.Object) {
    fieldWrongType.report(report, source, 0, "the document", "an object");
    return document;
  }
  readKind(document, new Fields(source, 0, report), policy);
  requestsOfEnvironment(document, policy);
  return document;
}

function readKind(document: Document, fields: Fields, policy: Policy): void {
  switch (document.kind) {
    case DocumentKind.MesosContainer:
      readMesosContainer(document, fields, policy);
      break;
    case DocumentKind.MarathonApp:
      readMarathonApp(document, fields);
      break;
    default:
      readEnvironment(document.source, document, fields.report);
  }
}

function readEnvironment(source: Source, document: Document, report: Report): void {
  const variables = listOfVariables(source.tape);
  if (variables != NONE) readMesosEnvironment(source, variables, document.environment, report);
  else readObjectEnvironment(source, 0, document.environment, report);
}
