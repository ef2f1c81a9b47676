import { NAME_MAX_BYTES, TASKS_MAX } from "../limits";
import { decimal } from "../json/digits";
import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { Document } from "../model/document";
import { resolveId } from "../model/path-id";
import { Policy } from "../model/policy";
import { Report } from "../model/report";
import * as fieldValue from "../rules/document/field-value";
import * as tooManyTasks from "../rules/document/too-many-tasks";
import { Fields } from "./fields";

/** The tasks of a document that describes several, in the order in which they stand there. */
// @ts-ignore: decorator
@unmanaged
export class TaskList {
  /** True when a task had to be left out. */
  isFull: bool = false;

  constructor(
    /** The document as a whole. */
    readonly document: Document,
    readonly tasks: Document[],
    readonly policy: Policy,
    readonly report: Report,
  ) {}

  /** Adds a task: what is found from here on is its own. Null, and told once, when there are too many. */
  add(object: i32, pointer: Text): Document | null {
    this.report.subject = null;
    if (this.tasks.length == TASKS_MAX) {
      if (!this.isFull) tooManyTasks.report(this.report, this.document.source, object);
      this.isFull = true;
      return null;
    }
    const task = new Document(this.document.source);
    task.kind = this.document.kind;
    task.isOnAgent = false;
    task.pointer = pointer;
    this.tasks.push(task);
    this.report.subject = task.subject;
    return task;
  }
}

/** What `idOf` says of an id that it has no text for. */
const ID_EXPECTED: Text = "names of lower-case letters, digits, - and . between slashes";

/**
 * The absolute id that a Marathon object has under a group.
 * @param group absolute, "" for the root
 * @returns null when there is none, or none that Marathon or Mesos would take
 */
export function idOf(fields: Fields, group: Text): Text | null {
  const node = fields.string("id");
  if (node == NONE) return null;
  const id = resolveId(group, fields.source.tape.textOf(node));
  // It becomes a part of the task's id, and that one the name of its sandbox.
  const isLong = id !== null && id.length > NAME_MAX_BYTES;
  if (id !== null && !isLong) return id;
  const expected = isLong ? "absolute in at most " + decimal(NAME_MAX_BYTES) + " bytes" : ID_EXPECTED;
  fieldValue.report(fields.report, fields.source, node, "id", expected);
  return null;
}
