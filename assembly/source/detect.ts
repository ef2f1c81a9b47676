import { Text } from "../json/text";
import { Kind, NONE, Tape } from "../json/tape";
import { DocumentKind } from "../model/kind";

/** What a document is, and why. */
// @ts-ignore: decorator
@unmanaged
export class Detection {
  constructor(
    readonly kind: DocumentKind,
    readonly reason: Text,
  ) {}
}

/** Tells the kind of a document by its top-level fields. `Detect` as the answer: no kind has this shape. */
export function detect(tape: Tape): Detection {
  if (tape.kind(0) != Kind.Object) return new Detection(DocumentKind.Detect, "not an object");
  if (has(tape, "container_config")) return new Detection(DocumentKind.MesosContainer, "has container_config");
  const mesos = firstOf(tape, ["command_info", "container_info", "executor_info", "container_class"]);
  if (mesos.length > 0) return new Detection(DocumentKind.MesosContainer, "has " + mesos);
  if (listOfVariables(tape) != NONE) return new Detection(DocumentKind.Environment, "has a list of variables");
  // Before Marathon: an environment may well have variables called id and mem, and what it asks for must not be lost.
  if (hasOwnVariable(tape)) return new Detection(DocumentKind.Environment, "has a DVDI_ variable at the top");
  const marathon = isKind(tape, "id", Kind.String) ? firstOf(tape, MARATHON_FIELDS) : "";
  if (marathon.length > 0) return new Detection(DocumentKind.MarathonApp, "has id and " + marathon);
  if (isKind(tape, "env", Kind.Object)) return new Detection(DocumentKind.MarathonApp, "has env");
  if (isEnvironment(tape)) return new Detection(DocumentKind.Environment, "is an object of strings");
  return new Detection(DocumentKind.Detect, "no known field at the top");
}

/** The list of a Mesos `Environment`, or `NONE`: a raw environment may have a variable of that name. */
export function listOfVariables(tape: Tape): i32 {
  const variables = find(tape, "variables");
  return tape.is(variables, Kind.Array) ? variables : NONE;
}

const OWN_PREFIX: Text = "DVDI_";

// Lower case, so that an environment, whose names are upper case by custom, is none.
const MARATHON_FIELDS: StaticArray<Text> = ["cmd", "args", "env", "container", "instances", "cpus", "mem"];

function firstOf(tape: Tape, names: StaticArray<Text>): Text {
  for (let index = 0; index < names.length; index++) {
    if (has(tape, names[index])) return names[index];
  }
  return "";
}

function find(tape: Tape, name: Text): i32 {
  for (let key = tape.first(0); key != NONE; key = tape.nextKey(0, key)) {
    if (tape.keyIs(key, name)) return tape.value(key);
  }
  return NONE;
}

function has(tape: Tape, name: Text): bool {
  return find(tape, name) != NONE;
}

function isKind(tape: Tape, name: Text, kind: Kind): bool {
  return tape.is(find(tape, name), kind);
}

function hasOwnVariable(tape: Tape): bool {
  for (let key = tape.first(0); key != NONE; key = tape.nextKey(0, key)) {
    if (tape.end(key) - tape.start(key) < OWN_PREFIX.length) continue;
    if (tape.textOf(key).startsWith(OWN_PREFIX)) return true;
  }
  return false;
}

// Every value a string or a secret. `{}` is one: it asks for nothing.
function isEnvironment(tape: Tape): bool {
  let strings = 0;
  let others = 0;
  for (let key = tape.first(0); key != NONE; key = tape.nextKey(0, key)) {
    if (tape.kind(tape.value(key)) == Kind.String) strings++;
    else others++;
  }
  return others == 0 || strings > others;
}
