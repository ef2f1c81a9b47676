import { NONE, Tape } from "../json/tape";
import { Text } from "../json/text";

/** Initial size of the table; a power of two, at least twice the names of a usual environment. */
const INITIAL_SIZE: i32 = 64;

/**
 * Which names have been seen, as keys of one text: open addressing over FNV-1a. The callers' limit of 4,096 names
 * bounds what chosen collisions can cost.
 */
export class NameSet {
  private table: StaticArray<i32> = newTable(INITIAL_SIZE);
  private count: i32 = 0;

  constructor(private readonly tape: Tape) {}

  /** Adds a key. Gives the key of the same name that was there before, or `NONE`. */
  add(key: i32): i32 {
    if (this.count * 2 >= this.table.length) this.grow();
    const name = this.tape.textOf(key);
    const slot = this.slotOf(name);
    const before = this.table[slot];
    if (before != NONE) return before;
    this.table[slot] = key;
    this.count++;
    return NONE;
  }

  // The slot that holds the name, or the free one where it belongs.
  private slotOf(name: Text): i32 {
    const mask = this.table.length - 1;
    let slot = <i32>hash(name) & mask;
    while (this.table[slot] != NONE && !this.tape.textOf(this.table[slot]).equals(name)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.table;
    this.table = newTable(old.length * 4);
    for (let index = 0; index < old.length; index++) {
      const key = old[index];
      if (key != NONE) this.table[this.slotOf(this.tape.textOf(key))] = key;
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
