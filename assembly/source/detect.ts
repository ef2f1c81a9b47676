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
  // From here on those of `SHAPES`.
  Apps,
  Groups,
  Containers,
  TaskId,
  ExecutorId,
  Run,
  EnvironmentVariables,
  Parents,
  Deploy,
  SingularityContainer,
  Process,
  // Texts, which may be variables as well.
  RequestType,
  OciVersion,
  Schedule,
  Id,
  // From here Marathon's. Lower case, so that an environment, whose names are upper case by custom, is none.
  Cmd,
  Args,
  Env,
  Container,
  Instances,
  Cpus,
  Mem,
  Count,
}

const FIELD_COUNT: i32 = Field.Count;

/** Their names. */
const FIELDS: StaticArray<Text> = [
  "container_config", "command_info", "container_info", "executor_info", "container_class", "variables", "apps",
  "groups", "containers", "task_id", "executor_id", "run", "environmentVariables", "parents", "deploy",
  "containerInfo", "process", "requestType", "ociVersion", "schedule", "id", "cmd", "args", "env", "container",
  "instances", "cpus", "mem",
];

/** Length of the longest of them. */
const NAME_MAX: i32 = 20;

/** The fields by the length of their names. */
const BY_LENGTH: StaticArray<i32> = [
  Field.Id, Field.Run, Field.Cmd, Field.Env, Field.Mem, Field.Apps, Field.Args, Field.Cpus, Field.Groups,
  Field.Deploy, Field.TaskId, Field.Parents, Field.Process, Field.Schedule, Field.Variables, Field.Container,
  Field.Instances, Field.Containers, Field.OciVersion, Field.ExecutorId, Field.RequestType, Field.CommandInfo,
  Field.ExecutorInfo, Field.SingularityContainer, Field.ContainerInfo, Field.ContainerClass, Field.ContainerConfig,
  Field.EnvironmentVariables,
];

/** Where the fields of a length begin in `BY_LENGTH`; those of the next length begin where they end. */
const BEGIN: StaticArray<i32> = [
  0, 0, 0, 1, 5, 8, 8, 10, 13, 14, 17, 19, 21, 22, 24, 25, 26, 27, 27, 27, 27, 28,
];

/** The first field that tells a kind by what its value is: no environment has it, since its values are texts. */
const FIRST_SHAPE: i32 = Field.Apps;
const ARRAY: i32 = Kind.Array;
const OBJECT: i32 = Kind.Object;
/** What the value of each is then. */
const SHAPES: StaticArray<i32> = [
  ARRAY, ARRAY, ARRAY, OBJECT, OBJECT, OBJECT, ARRAY, ARRAY, OBJECT, OBJECT, OBJECT,
];
/** Which kind it tells. */
const SHAPE_KINDS: StaticArray<i32> = [
  DocumentKind.MarathonGroup, DocumentKind.MarathonGroup, DocumentKind.MarathonPod, DocumentKind.MesosTask,
  DocumentKind.MesosExecutor, DocumentKind.MetronomeJob, DocumentKind.ChronosJob, DocumentKind.ChronosJob,
  DocumentKind.SingularityRequest, DocumentKind.SingularityRequest, DocumentKind.OciConfig,
];

const OWN_PREFIX: Text = "DVDI_";

/** Tells the kind of a document by its top-level fields. `Detect` as the answer: no kind has this shape. */
export function detect(tape: Tape): Detection {
  if (tape.kind(0) == Kind.Array) return detectList(tape);
  if (tape.kind(0) != Kind.Object) return new Detection(DocumentKind.Detect, "not an object");
  const top = new TopFields(tape);
  const mesos = top.firstOf(Field.ContainerConfig, Field.Variables);
  if (mesos != NONE) return has(DocumentKind.MesosContainer, mesos);
  if (tape.is(top.valueOf(Field.Variables), Kind.Array)) {
    return new Detection(DocumentKind.Environment, "has a list of variables");
  }
  const shape = top.firstOf(FIRST_SHAPE, FIRST_SHAPE + SHAPES.length);
  if (shape != NONE) {
    for (let field = shape; field < FIRST_SHAPE + SHAPES.length; field++) {
      if (tape.is(top.valueOf(field), SHAPES[field - FIRST_SHAPE])) return has(SHAPE_KINDS[field - FIRST_SHAPE], field);
    }
  }
  return detectByTexts(tape, top);
}

function has(kind: DocumentKind, field: i32): Detection {
  return new Detection(kind, "has " + FIELDS[field]);
}

// What could be an environment as well.
function detectByTexts(tape: Tape, top: TopFields): Detection {
  const isNamed = tape.is(top.valueOf(Field.Id), Kind.String);
  if (top.hasOwnVariable) {
    // An environment may well have variables called id and mem, and what it asks for must not be lost: all of them are
    // texts. With a number or an object, somebody has written variables beside the app's own fields.
    const structured = top.firstStructured();
    if (!isNamed || structured == NONE) {
      return new Detection(DocumentKind.Environment, "has a DVDI_ variable at the top");
    }
    return new Detection(DocumentKind.MarathonApp, "has id and " + FIELDS[structured]);
  }
  for (let field = <i32>Field.RequestType; field <= Field.OciVersion; field++) {
    if (!tape.is(top.valueOf(field), Kind.String)) continue;
    return has(field == Field.OciVersion ? DocumentKind.OciConfig : DocumentKind.SingularityRequest, field);
  }
  const marathon = isNamed ? top.firstOf(Field.Cmd, FIELD_COUNT) : NONE;
  if (marathon != NONE) return new Detection(DocumentKind.MarathonApp, "has id and " + FIELDS[marathon]);
  const structured = top.firstStructured();
  if (structured != NONE) {
    const isChronos = tape.is(top.valueOf(Field.Schedule), Kind.String);
    return isChronos ? has(DocumentKind.ChronosJob, Field.Schedule) : has(DocumentKind.MarathonUpdate, structured);
  }
  if (isEnvironment(tape)) return new Detection(DocumentKind.Environment, "is an object of strings");
  return new Detection(DocumentKind.Detect, "no known field at the top");
}

function detectList(tape: Tape): Detection {
  if (tape.is(tape.first(0), Kind.Object)) return new Detection(DocumentKind.MarathonApps, "is an array of objects");
  return new Detection(DocumentKind.Detect, "not an object");
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

  /** The first of Marathon's fields that is a number or an object where Marathon has one, or `NONE`. */
  firstStructured(): i32 {
    for (let field = <i32>Field.Cmd; field < FIELD_COUNT; field++) {
      const value = this.valueOf(field);
      if (value == NONE) continue;
      const kind = this.tape.kind(value);
      const isNumber = kind == Kind.Number && field >= Field.Instances;
      if (isNumber || (kind == Kind.Object && (field == Field.Env || field == Field.Container))) return field;
    }
    return NONE;
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
  if (length > NAME_MAX) return NONE;
  const end = BEGIN[length + 1];
  for (let index = BEGIN[length]; index < end; index++) {
    if (tape.keyIs(key, FIELDS[BY_LENGTH[index]])) return BY_LENGTH[index];
  }
  return NONE;
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
