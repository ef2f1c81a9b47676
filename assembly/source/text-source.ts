import { readJson } from "../json/reader";
import { JsonError } from "../json/json-error";
import { Tape } from "../json/tape";
import { Origin, Source } from "../model/source";
import { Report } from "../model/report";
import * as documentTooLarge from "../rules/document/document-too-large";
import * as jsonDepth from "../rules/document/json-depth";
import * as jsonEncoding from "../rules/document/json-encoding";
import * as jsonSyntax from "../rules/document/json-syntax";
import * as jsonTooManyValues from "../rules/document/json-too-many-values";

/**
 * Reads a JSON text.
 * @param sizeMax in bytes
 * @returns the source; look at `isReadable` before anything else, the findings are in the report
 */
export function readSource(origin: Origin, start: usize, length: i32, sizeMax: i32, report: Report): Source {
  if (length > sizeMax) {
    const source = new Source(origin, new Tape(start, 0));
    documentTooLarge.report(report, source, length, sizeMax);
    return source;
  }
  const source = new Source(origin, readJson(start, length));
  switch (source.tape.error) {
    case JsonError.None: break;
    case JsonError.Encoding: jsonEncoding.report(report, source); break;
    case JsonError.Depth: jsonDepth.report(report, source); break;
    case JsonError.Nodes: jsonTooManyValues.report(report, source); break;
    default: jsonSyntax.report(report, source);
  }
  return source;
}

/** True when the text was JSON and has a root value. */
export function isReadable(source: Source): bool {
  return source.tape.error == JsonError.None && source.tape.count > 0;
}
