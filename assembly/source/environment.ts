import { Kind, NONE, Tape } from "../json/tape";
import { Text } from "../json/text";
import { VARIABLES_MAX } from "../limits";
import { locate, Located } from "../model/located";
import {
  Attribute, ATTRIBUTE_COUNT, attributeName, Environment, PREFIX, Slot, Variable, VariableList,
} from "../model/environment";
import { Report } from "../model/report";
import { Source } from "../model/source";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as jsonRepeatedKey from "../rules/document/json-repeated-key";
import * as tooManyVariables from "../rules/variable/too-many-variables";
import { elementFields } from "./fields";
import { NameSet } from "./name-set";

/** Reads an environment: an object of strings (raw, Marathon's `env`), secrets as `{"secret": …}`. */
export function readObjectEnvironment(source: Source, object: i32, into: Environment, report: Report): void {
  const tape = source.tape;
  const names = new NameSet();
  const variables = new VariableList(min((tape.after(object) - object) / 2, VARIABLES_MAX));
  into.variables = variables;
  let count = 0;
  for (let key = tape.first(object); key != NONE; key = tape.nextKey(object, key)) {
    if (count++ == VARIABLES_MAX) {
      tooManyVariables.report(report, source, key);
      return;
    }
    const name = locate(tape, key);
    if (names.add(key, name) != NONE) jsonRepeatedKey.report(report, source, key);
    const node = tape.value(key);
    const isText = tape.kind(node) == Kind.String;
    if (!isText && !isSecret(tape, node)) {
      fieldWrongType.report(report, source, node, "a variable's value", 'a string or {"secret": name}');
      continue;
    }
    variables.add(key, isText ? node : NONE);
    if (name.startsWith(PREFIX)) addOwn(into, new Variable(name, isText ? locate(tape, node) : null, node));
  }
}

function isSecret(tape: Tape, node: i32): bool {
  if (tape.kind(node) != Kind.Object) return false;
  for (let key = tape.first(node); key != NONE; key = tape.nextKey(node, key)) {
    if (tape.keyIs(key, "secret")) return true;
  }
  return false;
}

/** Reads a Mesos `Environment`: `{"variables": [{"name", "type", "value"}]}`, secrets by type SECRET. */
export function readMesosEnvironment(source: Source, variables: i32, into: Environment, report: Report): void {
  const tape = source.tape;
  const list = new VariableList(min(tape.after(variables) - variables, VARIABLES_MAX));
  into.variables = list;
  let count = 0;
  for (let node = tape.first(variables); node != NONE; node = tape.nextElement(variables, node)) {
    if (count++ == VARIABLES_MAX) {
      tooManyVariables.report(report, source, node);
      return;
    }
    const fields = elementFields(source, node, "a variable", report);
    if (fields === null) continue;
    const name = fields.text("name");
    if (name === null) {
      fieldWrongType.report(report, source, node, "a variable", "an object with a name");
      continue;
    }
    const type = fields.text("type");
    const isHidden = type !== null && type.text.equals("SECRET");
    const value: Located | null = isHidden ? null : fields.text("value");
    if (value === null && !isHidden) {
      fieldWrongType.report(report, source, node, "a variable", "an object with a value");
      continue;
    }
    list.add(name.node, value === null ? NONE : value.node);
    if (!name.startsWith(PREFIX)) continue;
    addOwn(into, new Variable(name, value, value === null ? name.node : value.node));
  }
}

/** Sorts a variable of ours into its slot. */
export function addOwn(environment: Environment, variable: Variable): void {
  const name = variable.name;
  for (let attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
    const known = attributeName(attribute);
    // The attribute's name, alone or with one digit.
    const more = name.length - PREFIX.length - known.length;
    if ((more != 0 && more != 1) || !name.hasAt(PREFIX.length, known)) continue;
    if (more == 0) {
      putInSlot(environment, 0, attribute, variable);
      return;
    }
    const digit = name.byteAt(name.length - 1) - 0x30;
    if (digit <= 9) {
      putInSlot(environment, digit, attribute, variable);
      return;
    }
  }
  environment.unknown.push(variable);
}

function putInSlot(environment: Environment, digit: i32, attribute: Attribute, variable: Variable): void {
  let slot = environment.slots[digit];
  if (slot === null) {
    slot = new Slot(digit);
    environment.slots[digit] = slot;
  }
  const before = slot.attributes[attribute];
  if (before === null) {
    slot.attributes[attribute] = variable;
    return;
  }
  const other = slot.alternative(attribute);
  if (isSpelledLike(before.name.text, variable.name.text)) noteRepeated(environment, before, variable);
  else if (other !== null) noteRepeated(environment, other, variable);
  else slot.setAlternative(attribute, variable);
}

function noteRepeated(environment: Environment, first: Variable, again: Variable): void {
  environment.repeated.push(first);
  environment.repeated.push(again);
}

function isSpelledLike(one: Text, other: Text): bool {
  return one.length == other.length;
}
