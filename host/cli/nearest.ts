/** Number of edits (insert, delete, replace) between two words. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replace = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const skip = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current.push(Math.min(replace, skip));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** A word this long is no misspelt code, and comparing it would take long. */
const wordLengthMax = 64;

/**
 * The known words that `word` may be meant for, nearest first: those at most a third of their length away, and those
 * that contain it or are contained in it.
 */
export function nearest(word: string, known: readonly string[], countMax = 3): string[] {
  if (word === '' || word.length > wordLengthMax) return [];
  const wanted = word.toLowerCase();
  return known
    .map((candidate) => {
      const edits = distance(wanted, candidate);
      const related = candidate.includes(wanted) || wanted.includes(candidate);
      return { candidate, edits, near: related || edits <= Math.max(1, Math.floor(candidate.length / 3)) };
    })
    .filter(({ near }) => near)
    .sort((left, right) => left.edits - right.edits || left.candidate.localeCompare(right.candidate, 'en'))
    .slice(0, countMax)
    .map(({ candidate }) => candidate);
}
