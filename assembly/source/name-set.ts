import { NONE } from "../json/tape";
import { Text } from "../json/text";

/** Initial size of the table; a power of two, at least twice the names of a usual environment. */
const INITIAL_SIZE: i32 = 64;

/**
 * Which names have been seen, as keys of one text: open addressing over FNV-1a. The callers' limit of 4,096 names
 * bounds what chosen collisions can cost in time.
 */
export class NameSet {
  private keys: StaticArray<i32> = newTable(INITIAL_SIZE);
  private names: StaticArray<Text | null> = new StaticArray<Text | null>(INITIAL_SIZE);
  private count: i32 = 0;

  /** Adds a key and its name. Gives the key of the same name that was there before, or `NONE`. */
  add(key: i32, name: Text): i32 {
    if (this.count * 2 >= this.keys.length) this.grow();
    const slot = this.slotOf(name);
    const before = this.keys[slot];
    if (before != NONE) return before;
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
    this.keys = newTable(oldKeys.length * 4);
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

function newTable(size: i32): StaticArray<i32> {
  const table = new StaticArray<i32>(size);
  table.fill(NONE);
  return table;
}

function hash(name: Text): u32 {
  let value: u32 = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) value = (value ^ name.byteAt(index)) * 0x01000193;
  return value ^ (value >> 15);
}
