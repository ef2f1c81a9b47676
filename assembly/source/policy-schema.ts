import { Text } from "../json/text";

/** JSON Schema (2020-12) of the kinds of values that a policy has: what `PolicyValues` takes, in the same order. */

const CLEAN: Text = "\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f";

/** A text that is not empty and has no control character. */
export function nameSchema(): Text {
  return '{"type":"string","pattern":"^[^' + CLEAN + ']+$"}';
}

/** An absolute path without `..`. */
export function pathSchema(): Text {
  return '{"type":"string","pattern":"^(?!.*/\\\\.\\\\.(?:/|$))/[^' + CLEAN + ']*$"}';
}

/** A pattern of names, or of ids. Its length is counted in characters here and in bytes by the core. */
export function patternSchema(isOfIds: bool): Text {
  const first: Text = isOfIds ? "^/[^" : "^[^";
  return '{"type":"string","maxLength":255,"pattern":"' + first + CLEAN + (isOfIds ? ']*$"}' : ']+$"}');
}

/** One of some words, each in quotes. */
export function wordsSchema(words: Text): Text {
  return '{"enum":[' + words + "]}";
}

export function booleanSchema(): Text {
  return '{"type":"boolean"}';
}

/** A list of values of one kind. */
export function listSchema(element: Text, least: Text): Text {
  return '{"type":"array","minItems":' + least + ',"maxItems":1024,"items":' + element + "}";
}

/** An object whose keys are free. */
export function mapSchema(value: Text): Text {
  return '{"type":"object","maxProperties":1024,"additionalProperties":' + value + "}";
}

/** An object with these fields only. */
export function objectSchema(fields: Text, required: Text): Text {
  const end = '},"additionalProperties":false,"required":[' + required + "]}";
  return '{"type":"object","properties":{' + fields + end;
}
