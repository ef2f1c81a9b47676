import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import { Document } from "../model/document";
import { addField, Fix, replaceJson } from "../model/fix";
import { DocumentKind } from "../model/kind";
import { Overlap } from "../model/overlap";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import { Fields } from "./fields";
import { wholeNumber } from "./policy-values";

/** Reads `instances` of a task: how many of it run at a time. */
export function readInstances(task: Document, fields: Fields): void {
  const node = numberNode(fields, "instances");
  if (node == NONE) return;
  const count = wholeNumber(fields.source.tape.textOf(node));
  if (count < 0) return;
  task.instances = count;
  task.instancesNode = node;
}

/**
 * Reads how an app or a pod is upgraded. Both capacities are 1.0 where Marathon finds none: it starts as many new tasks
 * as there are old ones. With no more capacity it still starts one more as long as the old ones must stay healthy
 * (`computeRestartStrategy`).
 * @param task its kind tells whether what is absent has its default; in an update it may be there already
 * @param owner the app or the pod
 * @param strategy `upgradeStrategy` of an app, `upgrade` of a pod; null when there is none
 */
export function readOverlap(task: Document, owner: Fields, strategy: Fields | null, isApp: bool): Overlap | null {
  if (strategy === null) {
    if (task.kind == DocumentKind.MarathonUpdate) return null;
    const fix: Fix | null = isApp ? addField(owner.source.tape, owner.object, "upgradeStrategy", NO_OVERLAP) : null;
    return new Overlap("maximumOverCapacity", BY_DEFAULT, false, owner.source.placeOfOpening(owner.object), fix);
  }
  const over = overlapBy(strategy, "maximumOverCapacity", true);
  return over === null ? overlapBy(strategy, "minimumHealthCapacity", false) : over;
}

/** What Marathon itself takes for an app with external volumes. */
const NO_OVERLAP: Text = '{"minimumHealthCapacity":0,"maximumOverCapacity":0}';
const BY_DEFAULT: Text = "Marathon's default of 1";

function overlapBy(strategy: Fields, field: Text, isRefused: bool): Overlap | null {
  const node = numberNode(strategy, field);
  const source = strategy.source;
  if (node != NONE && isZero(source.tape.raw(node))) return null;
  const fix = replaceJson(source.tape, strategy.object, NO_OVERLAP);
  if (node == NONE) return new Overlap(field, BY_DEFAULT, isRefused, source.placeOfOpening(strategy.object), fix);
  return new Overlap(field, source.tape.raw(node), isRefused, source.placeOf(node), fix);
}

// No digit but 0 before the exponent.
function isZero(text: Text): bool {
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    if ((byte | 0x20) == 0x65) return true;
    if (byte > 0x30) return false;
  }
  return true;
}

function numberNode(fields: Fields, name: Text): i32 {
  const node = fields.find(name);
  if (node == NONE || fields.source.tape.kind(node) == Kind.Number) return node;
  fieldWrongType.report(fields.report, fields.source, node, name, "a number");
  return NONE;
}
