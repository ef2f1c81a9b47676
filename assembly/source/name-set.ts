import { NONE } from "../json/tape";
import { Text } from "../json/text";

/** Initial size of the table; a power of two, at least twice the names of a usual environment. */
const INITIAL_SIZE: i32 = 64;

/**
 * Which names have been seen, as keys of one text: open addressing, never more than half full. The callers' limit of
 * 4,096 names bounds what chosen collisions can cost in time.
 */
// @ts-ignore: decorator
@unmanaged
export class NameSet {
  private keys: StaticArray<i32> = new StaticArray<i32>(INITIAL_SIZE);
  private names: StaticArray<Text | null> = new StaticArray<Text | null>(INITIAL_SIZE);
  private count: i32 = 0;

  /** Adds a key and its name. Gives the key of the same name that was there before, or `NONE`. */
  add(key: i32, name: Text): i32 {
    if (this.count * 2 >= this.keys.length) this.grow();
    const slot = this.slotOf(name);
    if (this.names[slot] !== null) return this.keys[slot];
    this.keys[slot] = key;
    this.names[slot] = name;
    this.count++;
    return NONE;
  }

  // The slot that holds the name, or the free one where it belongs.
  private slotOf(name: Text): i32 {
    const mask = this.keys.length - 1;
    let slot = <i32>hash(name) & mask;
    while (true) {
      const held = this.names[slot];
      if (held === null || held.equals(name)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const oldKeys = this.keys;
    const oldNames = this.names;
    this.keys = new StaticArray<i32>(oldKeys.length * 4);
    this.names = new StaticArray<Text | null>(oldKeys.length * 4);
    for (let index = 0; index < oldKeys.length; index++) {
      const name = oldNames[index];
      if (name === null) continue;
      const slot = this.slotOf(name);
      this.keys[slot] = oldKeys[index];
      this.names[slot] = name;
    }
  }
}

// Eight bytes at a time, multiplied by the golden ratio as a fraction of 64 bits, whose upper half is the mixed one.
function hash(name: Text): u32 {
  let value: u64 = name.length;
  let at = name.start;
  const end = at + <usize>name.length;
  while (at + 8 <= end) {
    value = mix(value ^ load<u64>(at));
    at += 8;
  }
  const rest = end - at;
  if (rest > 0) value = mix(value ^ (load<u64>(at) << ((8 - rest) << 3)));
  return <u32>value;
}

// @ts-ignore: decorator
@inline
function mix(value: u64): u64 {
  const product = value * 0x9e3779b97f4a7c15;
  return product ^ (product >> 32);
}
