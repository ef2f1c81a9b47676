import { Text } from "../json/text";

/**
 * The known name that is nearest to a misspelt one, by Levenshtein distance without regard to case.
 * @returns the name, or "" when none is within a third of its length
 */
export function nearest(name: Text, known: Text[]): Text {
  // Longer names cannot be a slip of the finger, and the distance costs the product of both lengths.
  if (name.length > 64) return "";
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

function editDistance(a: Text, b: Text): i32 {
  const row = new StaticArray<i32>(b.length + 1);
  for (let column = 0; column <= b.length; column++) row[column] = column;
  for (let line = 1; line <= a.length; line++) {
    let diagonal = row[0];
    row[0] = line;
    for (let column = 1; column <= b.length; column++) {
      const above = row[column];
      const substituted = diagonal + (fold(a.byteAt(line - 1)) == fold(b.byteAt(column - 1)) ? 0 : 1);
      row[column] = min(substituted, min(above, row[column - 1]) + 1);
      diagonal = above;
    }
  }
  return row[b.length];
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
