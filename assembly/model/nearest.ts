import { Text } from "../json/text";

/** Longest name that is compared: longer ones are no slip of the finger, and the work is the product of lengths. */
const NAME_MAX: i32 = 64;
/** One line of the table of distances, four bytes a column, in memory that no number of names adds to. */
const line: usize = memory.data(4 * 65);

/**
 * The known name that is nearest to a misspelt one, by Levenshtein distance without regard to case.
 * @returns the name, or "" when none is within a third of its length
 */
export function nearest(name: Text, known: Text[]): Text {
  if (name.length > NAME_MAX) return "";
  let best = "";
  let bestDistance = i32.MAX_VALUE;
  for (let index = 0; index < known.length; index++) {
    const distance = editDistance(name, known[index]);
    if (distance < bestDistance && distance <= max(1, known[index].length / 3)) {
      best = known[index];
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * True when a name is a slip of a known one: within a third of its length, from the first letter on, which fingers
 * seldom miss.
 */
export function isNear(name: Text, known: Text): bool {
  const slips = max(1, known.length / 3);
  if (abs(name.length - known.length) > slips || fold(name.byteAt(0)) != fold(known.byteAt(0))) return false;
  return name.length <= NAME_MAX && editDistance(name, known) <= slips;
}

// Known names are no longer than NAME_MAX.
function editDistance(a: Text, b: Text): i32 {
  for (let column = 0; column <= b.length; column++) setDistance(column, column);
  for (let row = 1; row <= a.length; row++) {
    let diagonal = distance(0);
    setDistance(0, row);
    for (let column = 1; column <= b.length; column++) {
      const above = distance(column);
      const substituted = diagonal + (fold(a.byteAt(row - 1)) == fold(b.byteAt(column - 1)) ? 0 : 1);
      setDistance(column, min(substituted, min(above, distance(column - 1)) + 1));
      diagonal = above;
    }
  }
  return distance(b.length);
}

function distance(column: i32): i32 {
  return load<i32>(line + (<usize>column << 2));
}

function setDistance(column: i32, value: i32): void {
  store<i32>(line + (<usize>column << 2), value);
}

// The letters A to Z without regard to case: known names are ASCII.
function fold(unit: i32): i32 {
  return unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit;
}

/** The end of a message about a misspelt name: ` (did you mean 'X'?)`, or nothing. */
export function didYouMean(name: Text, known: Text[]): Text {
  const found = nearest(name, known);
  return found.length == 0 ? "" : " (did you mean '" + found + "'?)";
}
