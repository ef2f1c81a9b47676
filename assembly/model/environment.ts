import { Text } from "../json/text";
import { Located } from "./located";

/** One variable of a task's environment. */
// @ts-ignore: decorator
@unmanaged
export class Variable {
  constructor(
    readonly name: Located,
    /** null when the value is not in the document: a secret. */
    readonly value: Located | null,
    /** The value's node, whatever it is; the name's when there is none. */
    readonly node: i32,
  ) {}

  /** True when the name is a key and its value follows, false when both stand in an element of a list. */
  get isField(): bool {
    return this.node == this.name.node + 1;
  }
}

/** The six attributes of a volume, in the order of `ATTRIBUTE_NAMES`. */
export const enum Attribute {
  Name,
  Driver,
  Opts,
  ContainerPath,
  Dvdcli,
  ExplicitCreate,
}

export const ATTRIBUTE_COUNT: i32 = 6;
/** What every variable of ours begins with. */
export const PREFIX: Text = "DVDI_VOLUME_";
/** Slots: no digit or `0`, then `1` to `9`. */
export const SLOT_COUNT: i32 = 10;

/** What follows the prefix. */
export function attributeName(attribute: Attribute): Text {
  switch (attribute) {
    case Attribute.Name: return "NAME";
    case Attribute.Driver: return "DRIVER";
    case Attribute.Opts: return "OPTS";
    case Attribute.ContainerPath: return "CONTAINERPATH";
    case Attribute.Dvdcli: return "DVDCLI";
    default: return "EXPLICITCREATE";
  }
}

/** Every variable of an environment as it stands in the document: a list of nodes, two for each. */
// @ts-ignore: decorator
@unmanaged
export class VariableList {
  /** Number of variables. */
  length: i32 = 0;
  private readonly nodes: usize;
  private readonly capacity: i32;

  /** @param capacity most variables that will be added */
  constructor(capacity: i32) {
    this.capacity = capacity;
    this.nodes = heap.alloc(<usize>capacity << 3);
  }

  /** Adds the node of a name, and that of its value: `NONE` when the value is not in the document. */
  add(name: i32, value: i32): void {
    assert(this.length < this.capacity, "more variables than the list was made for");
    store<u64>(this.nodes + (<usize>this.length << 3), <u64><u32>name | (<u64>value << 32));
    this.length++;
  }

  name(index: i32): i32 {
    return load<i32>(this.nodes + (<usize>index << 3));
  }

  value(index: i32): i32 {
    return load<i32>(this.nodes + (<usize>index << 3), 4);
  }
}

/** The variables of one volume. `X` and `X0` are the same attribute; a document may have both. */
// @ts-ignore: decorator
@unmanaged
export class Slot {
  readonly attributes: StaticArray<Variable | null> = new StaticArray<Variable | null>(ATTRIBUTE_COUNT);
  private alternatives: StaticArray<Variable | null> | null = null;

  constructor(readonly digit: i32) {}

  get(attribute: Attribute): Variable | null {
    return this.attributes[attribute];
  }

  /** The other spelling of an attribute (`X0` beside `X`), where a document has both. */
  alternative(attribute: Attribute): Variable | null {
    const alternatives = this.alternatives;
    return alternatives === null ? null : alternatives[attribute];
  }

  setAlternative(attribute: Attribute, variable: Variable): void {
    let alternatives = this.alternatives;
    if (alternatives === null) {
      alternatives = new StaticArray<Variable | null>(ATTRIBUTE_COUNT);
      this.alternatives = alternatives;
    }
    alternatives[attribute] = variable;
  }

  /** The value of an attribute, where the document has one and it is not empty. */
  textOf(attribute: Attribute): Located | null {
    const variable = this.attributes[attribute];
    if (variable === null) return null;
    const value = variable.value;
    return value === null || value.text.length == 0 ? null : value;
  }
}

/** A task's environment, our variables sorted into slots. */
// @ts-ignore: decorator
@unmanaged
export class Environment {
  variables: VariableList = new VariableList(0);
  /** Variables that begin with our prefix and are none of ours. */
  readonly unknown: Variable[] = [];
  /** Variables of ours whose name stands in a list twice: pairs of the first and the repeated one. */
  readonly repeated: Variable[] = [];
  readonly slots: StaticArray<Slot | null> = new StaticArray<Slot | null>(SLOT_COUNT);
}
