import { lowerCase, Text } from "../json/text";
import { OPTIONS_MAX } from "../limits";
import { refusedCharacter } from "../model/characters";

const COMMA: u8 = 0x2c;
const EQUALS: u8 = 0x3d;

/** Where the keys of one text begin: addresses, in memory that a million texts do not add to. */
const keys: usize = memory.data(4 * 64);

/** The items of `key=value,key=value`, split as `readOptions` does: on every comma, then at the first `=`. */
export class OptionItems {
  /** Index of the item's first byte. */
  from: i32 = 0;
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
  const items = new OptionItems(text);
  let count = 0;
  while (items.next()) {
    if (!items.isPair || count == OPTIONS_MAX) return false;
    const start = text.start + <usize>items.from;
    for (let index = 0; index < count; index++) {
      if (isSameKey(load<usize>(keys + (<usize>index << 2)), start)) return false;
    }
    store<usize>(keys + (<usize>count << 2), start);
    count++;
  }
  return true;
}

// Two keys, each up to its equals sign, without regard to case.
function isSameKey(one: usize, other: usize): bool {
  while (lowerCase(load<u8>(one)) == lowerCase(load<u8>(other))) {
    if (load<u8>(one) == EQUALS) return true;
    one++;
    other++;
  }
  return false;
}
