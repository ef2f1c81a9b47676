import { Kind } from "../json/tape";
import { REQUEST_SIZE_MAX_BYTES } from "../limits";
import { DocumentKind } from "../model/kind";
import { Report } from "../model/report";
import { Origin } from "../model/source";
import * as requestInvalid from "../rules/request/request-invalid";
import { readNow } from "./clock";
import { Fields } from "./fields";
import { readKind } from "./request";
import { isReadable, readSource } from "./text-source";

/**
 * Reads the header of a request to admit, `{"kind", "now"}`. The clock goes to the report, where exceptions expire.
 * @returns the kind that the caller names
 */
export function readAdmitRequest(start: usize, length: i32, report: Report): DocumentKind {
  const source = readSource(Origin.Request, start, length, REQUEST_SIZE_MAX_BYTES, report);
  if (!isReadable(source)) return DocumentKind.Detect;
  if (source.tape.kind(0) != Kind.Object) {
    requestInvalid.report(report, "the request to be an object", source.placeOf(0));
    return DocumentKind.Detect;
  }
  const fields = new Fields(source, 0, report);
  report.now = readNow(fields);
  return readKind(fields);
}
