import { areEqual } from "../json/bytes";
import { Kind, NONE, Tape } from "../json/tape";
import { Text } from "../json/text";
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

/** Numbers of the fields that tell a kind, in the order in which they are looked at. */
const enum Field {
  ContainerConfig,
  CommandInfo,
  ContainerInfo,
  ExecutorInfo,
  ContainerClass,
  Variables,
  Id,
  // From here Marathon's. Lower case, so that an environment, whose names are upper case by custom, is none.
  Cmd,
  Args,
  Env,
  Container,
  Instances,
  Cpus,
  Mem,
}

const FIELD_COUNT: i32 = 14;

/** Their names. */
const FIELDS: StaticArray<Text> = [
  "container_config", "command_info", "container_info", "executor_info", "container_class", "variables", "id",
  "cmd", "args", "env", "container", "instances", "cpus", "mem",
];

const OWN_PREFIX: Text = "DVDI_";

/** Tells the kind of a document by its top-level fields. `Detect` as the answer: no kind has this shape. */
export function detect(tape: Tape): Detection {
  if (tape.kind(0) != Kind.Object) return new Detection(DocumentKind.Detect, "not an object");
  const top = new TopFields(tape);
  const mesos = top.firstOf(Field.ContainerConfig, Field.Variables);
  if (mesos != NONE) return new Detection(DocumentKind.MesosContainer, "has " + FIELDS[mesos]);
  if (tape.is(top.valueOf(Field.Variables), Kind.Array)) {
    return new Detection(DocumentKind.Environment, "has a list of variables");
  }
  // Before Marathon: an environment may well have variables called id and mem, and what it asks for must not be lost.
  if (top.hasOwnVariable) return new Detection(DocumentKind.Environment, "has a DVDI_ variable at the top");
  const marathon = tape.is(top.valueOf(Field.Id), Kind.String) ? top.firstOf(Field.Cmd, FIELD_COUNT) : NONE;
  if (marathon != NONE) return new Detection(DocumentKind.MarathonApp, "has id and " + FIELDS[marathon]);
  if (tape.is(top.valueOf(Field.Env), Kind.Object)) return new Detection(DocumentKind.MarathonApp, "has env");
  if (isEnvironment(tape)) return new Detection(DocumentKind.Environment, "is an object of strings");
  return new Detection(DocumentKind.Detect, "no known field at the top");
}

/** Which of `FIELDS` a document has at the top: one walk over its keys. */
// @ts-ignore: decorator
@unmanaged
class TopFields {
  hasOwnVariable: bool = false;
  /** A bit for each field that is there. */
  private found: u32 = 0;
  private readonly tape: Tape;
  /** Values, four bytes each; what stands there for a field that was not found means nothing. */
  private readonly values: usize = heap.alloc(4 * FIELD_COUNT);

  constructor(tape: Tape) {
    this.tape = tape;
    for (let key = tape.first(0); key != NONE; key = tape.nextKey(0, key)) {
      const field = fieldOf(tape, key);
      if (field == NONE) {
        if (isOwnVariable(tape, key)) this.hasOwnVariable = true;
      } else if (!this.has(field)) {
        this.found |= 1 << field;
        store<i32>(this.values + (<usize>field << 2), tape.value(key));
      }
    }
  }

  private has(field: i32): bool {
    return (this.found & (1 << field)) != 0;
  }

  /** Value of a field, the first one where it stands twice; or `NONE`. */
  valueOf(field: i32): i32 {
    return this.has(field) ? load<i32>(this.values + (<usize>field << 2)) : NONE;
  }

  /** The first of the fields `from` up to but without `to` that is there, or `NONE`. */
  firstOf(from: i32, to: i32): i32 {
    const found = this.found & ((1 << to) - 1) & ~((1 << from) - 1);
    return found == 0 ? NONE : <i32>ctz(found);
  }
}

// Number of the field that a key names, or `NONE`.
function fieldOf(tape: Tape, key: i32): i32 {
  if (tape.isEscaped(key)) {
    for (let field = 0; field < FIELD_COUNT; field++) {
      if (tape.keyIs(key, FIELDS[field])) return field;
    }
    return NONE;
  }
  const length = tape.end(key) - tape.start(key);
  const field = candidate(length, tape.text + <usize>tape.start(key));
  return field != NONE && tape.keyIs(key, FIELDS[field]) ? field : NONE;
}

// The only field of such a length and such a first letter.
function candidate(length: i32, at: usize): i32 {
  const letter = load<u8>(at);
  switch (length) {
    case 2: return Field.Id;
    case 3: return letter == 0x63 ? Field.Cmd : letter == 0x65 ? Field.Env : Field.Mem;
    case 4: return letter == 0x61 ? Field.Args : Field.Cpus;
    case 9: return letter == 0x76 ? Field.Variables : letter == 0x63 ? Field.Container : Field.Instances;
    case 12: return Field.CommandInfo;
    case 13: return Field.ExecutorInfo;
    case 14: return Field.ContainerInfo;
    case 15: return Field.ContainerClass;
    case 16: return Field.ContainerConfig;
    default: return NONE;
  }
}

function isOwnVariable(tape: Tape, key: i32): bool {
  if (tape.isEscaped(key)) return tape.textOf(key).startsWith(OWN_PREFIX);
  const isLong = tape.end(key) - tape.start(key) >= OWN_PREFIX.length;
  return isLong && areEqual(tape.text + <usize>tape.start(key), OWN_PREFIX.start, OWN_PREFIX.length);
}

/** The list of a Mesos `Environment`, or `NONE`: a raw environment may have a variable of that name. */
export function listOfVariables(tape: Tape): i32 {
  for (let key = tape.first(0); key != NONE; key = tape.nextKey(0, key)) {
    if (!tape.keyIs(key, "variables")) continue;
    const variables = tape.value(key);
    return tape.is(variables, Kind.Array) ? variables : NONE;
  }
  return NONE;
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
