import { Text } from "../json/text";
import { OPTIONS_MAX } from "../limits";
import { refusedCharacter } from "../model/characters";

const COMMA: u8 = 0x2c;
const EQUALS: u8 = 0x3d;

/** The items of `key=value,key=value`, split as `readOptions` does: on every comma, then at the first `=`. */
export class OptionItems {
  private from: i32 = 0;
  private to: i32 = -1;
  private equals: i32 = 0;

  constructor(private readonly text: Text) {}

  /** Goes to the next item; false at the end. An empty text has none. */
  next(): bool {
    this.from = this.to + 1;
    if (this.from > this.text.length || this.text.length == 0) return false;
    this.to = this.text.indexOf(COMMA, this.from);
    if (this.to < 0) this.to = this.text.length;
    this.equals = this.text.indexOf(EQUALS, this.from);
    return true;
  }

  /** True when the item has a key, an `=`, and perhaps a value. */
  get isPair(): bool {
    return this.equals > this.from && this.equals < this.to;
  }

  get key(): Text {
    return this.text.slice(this.from, this.equals);
  }

  get value(): Text {
    return this.text.slice(this.equals + 1, this.to);
  }
}

/** True when the text would be taken as the OPTS variable: pairs only, no key twice, not too many. */
export function areOptions(text: Text): bool {
  if (refusedCharacter(text, false) >= 0) return false;
  const keys: Text[] = [];
  const items = new OptionItems(text);
  while (items.next()) {
    if (!items.isPair || keys.length == OPTIONS_MAX) return false;
    const key = items.key;
    for (let index = 0; index < keys.length; index++) {
      if (keys[index].equalsWithoutCase(key)) return false;
    }
    keys.push(key);
  }
  return true;
}
