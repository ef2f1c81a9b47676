import { NONE } from "../json/tape";
import { Text } from "../json/text";
import { NameSet } from "./name-set";

/** What is known of a container; a sum of these. */
export const RUNNING: i32 = 1;
export const ORPHAN: i32 = 2;
/** The ledger has it. */
export const IN_LEDGER: i32 = 4;

/** The containers of a request, numbered in the order in which they are met. */
export class Containers {
  readonly ids: Text[] = [];
  private readonly marks: i32[] = [];
  private readonly numbers: NameSet = new NameSet();

  /** Number of a container, of which so much more is known now. */
  add(id: Text, mark: i32): i32 {
    let number = this.numbers.add(this.ids.length, id);
    if (number == NONE) {
      number = this.ids.push(id) - 1;
      this.marks.push(0);
    }
    this.marks[number] |= mark;
    return number;
  }

  isRunning(number: i32): bool {
    return (this.marks[number] & RUNNING) != 0;
  }

  /** True when the runtime knows it: it runs, or will be cleaned up. */
  isKept(number: i32): bool {
    return (this.marks[number] & (RUNNING | ORPHAN)) != 0;
  }

  /** True when only the ledger knows it. */
  isGone(number: i32): bool {
    return this.marks[number] == IN_LEDGER;
  }
}
