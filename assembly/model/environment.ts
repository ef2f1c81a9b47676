import { Text } from "../json/text";
import { Located } from "./request";

/** One variable of a task's environment. */
export class Variable {
  constructor(
    readonly name: Located,
    /** null when the value is not in the document: a secret. */
    readonly value: Located | null,
    /** The value's node, whatever it is; the name's when there is none. */
    readonly node: i32,
  ) {}
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

/** The variables of one volume. `X` and `X0` are the same attribute; a document may have both. */
export class Slot {
  readonly attributes: StaticArray<Variable | null> = new StaticArray<Variable | null>(ATTRIBUTE_COUNT);
  /** The other spelling (`X0` beside `X`), where a document has both. */
  readonly alternatives: StaticArray<Variable | null> = new StaticArray<Variable | null>(ATTRIBUTE_COUNT);

  constructor(readonly digit: i32) {}

  get(attribute: Attribute): Variable | null {
    return this.attributes[attribute];
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
export class Environment {
  readonly variables: Variable[] = [];
  /** Variables that begin with our prefix and are none of ours. */
  readonly unknown: Variable[] = [];
  /** Variables of ours whose name stands in a list twice: pairs of the first and the repeated one. */
  readonly repeated: Variable[] = [];
  readonly slots: StaticArray<Slot | null> = new StaticArray<Slot | null>(SLOT_COUNT);
}
