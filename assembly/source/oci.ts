import { Kind, NONE } from "../json/tape";
import { VARIABLES_MAX } from "../limits";
import { Document } from "../model/document";
import { PREFIX, Variable } from "../model/environment";
import { locate } from "../model/located";
import { isAbsolute, normalise, parentSegment } from "../model/path";
import * as fieldValue from "../rules/document/field-value";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as tooManyVariables from "../rules/variable/too-many-variables";
import { addOwn } from "./environment";
import { Fields } from "./fields";

const EQUALS: u8 = 0x3d;

/**
 * Reads an OCI runtime's `config.json`: variables are `NAME=value` in `process.env`. Its `mounts` are the runtime's,
 * and so is the task, whose user and capabilities are not for others to apply.
 */
export function readOciConfig(document: Document, fields: Fields): void {
  const process = fields.fields("process");
  if (process !== null) readEnvironment(document, process);
  const root = fields.fields("root");
  if (root !== null) readRoot(document, root);
}

function readEnvironment(document: Document, process: Fields): void {
  const list = process.array("env");
  if (list == NONE) return;
  const source = document.source;
  const tape = source.tape;
  let count = 0;
  for (let node = tape.first(list); node != NONE; node = tape.nextElement(list, node)) {
    if (process.report.isFull) return;
    if (count++ == VARIABLES_MAX) {
      tooManyVariables.report(process.report, source, node);
      return;
    }
    if (tape.kind(node) != Kind.String) {
      fieldWrongType.report(process.report, source, node, "an element of env", 'a string "NAME=value"');
      continue;
    }
    const text = locate(tape, node);
    if (!text.startsWith(PREFIX)) continue;
    const equals = text.indexOf(EQUALS);
    if (equals < 0) {
      fieldValue.report(process.report, source, node, "an element of env", "NAME=value");
      continue;
    }
    addOwn(document.environment, new Variable(text.cut(0, equals), text.cut(equals + 1, text.length), node));
  }
}

// Relative to the bundle, which is where the document lies: only who has it can tell.
function readRoot(document: Document, root: Fields): void {
  const node = root.string("path");
  if (node == NONE) return;
  const path = document.source.tape.textOf(node);
  const isClean = isAbsolute(path) && parentSegment(path) < 0;
  if (isClean) document.rootfs = normalise(path);
  else if (document.isOnAgent) {
    fieldValue.report(root.report, root.source, node, "root.path", "absolute where a container is prepared");
  }
}
