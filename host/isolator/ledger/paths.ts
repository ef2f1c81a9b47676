/** The path itself and every directory above it, `/` last. */
export function directoriesAbove(path: string): string[] {
  const directories: string[] = [];
  for (let end = path.length; end > 1; end = path.lastIndexOf('/', end - 1)) directories.push(path.slice(0, end));
  return [...directories, '/'];
}

/**
 * The texts strictly between which every path under a directory lies, in the order of bytes: `0` is the character
 * after `/`, so that `/tmp-2` is not between `/tmp/` and `/tmp0`.
 */
export function rangeUnder(directory: string): readonly [from: string, to: string] {
  const stem = directory === '/' ? '' : directory;
  return [`${stem}/`, `${stem}0`];
}
