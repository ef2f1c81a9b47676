import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { isInstant } from "../model/instant";
import * as requestInvalid from "../rules/request/request-invalid";
import { Fields } from "./fields";

/** Length of `YYYY-MM-DDTHH:MM:SS`. */
const SECONDS_LENGTH: i32 = 19;

/**
 * `now` of a request: RFC 3339 in UTC, with or without a fraction of a second, ending in Z. Its first 19 bytes, which
 * compare as text; null when the caller does not know the time.
 */
export function readNow(fields: Fields): Text | null {
  const node = fields.find("now");
  if (node == NONE) return null;
  const tape = fields.source.tape;
  const text = tape.textOf(node);
  if (tape.kind(node) == Kind.String && isInstant(text)) return text.slice(0, SECONDS_LENGTH);
  requestInvalid.report(fields.report, 'now to be a time such as "2026-01-31T23:59:59Z"', fields.source.placeOf(node));
  return null;
}
