/** A section of a page of docs/: what stands below one heading, up to the next. */
export interface Section {
  readonly heading: string;
  readonly text: string;
}

/** A fenced block: the words after the fence's language, and what it holds. */
export interface Block {
  readonly marks: readonly string[];
  readonly text: string;
}

/** Every section of a page, by headings of any level; backticks in a heading are dropped. */
export function sectionsOf(markdown: string): Section[] {
  return markdown
    .replace(/^```[\s\S]*?^```$/gmu, (block) => block.replaceAll('\n#', '\n\\#'))
    .split(/^(?=#+ )/mu)
    .filter((part) => part.startsWith('#'))
    .map((part) => {
      const [first = '', ...rest] = part.split('\n');
      return { heading: first.replace(/^#+ /u, '').replaceAll('`', '').trim(), text: rest.join('\n') };
    });
}

/** The fenced JSON blocks of a text. */
export function jsonBlocksOf(markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```json ?([^\n]*)\n([\s\S]*?)^```$/gmu), ([, marks = '', text = '']) => ({
    marks: marks.split(' ').filter((mark) => mark !== ''),
    text,
  }));
}

/** The rows of a text's tables whose first cell is a name in backticks, with their other cells. */
export function namedRowsOf(markdown: string): { name: string; cells: string[] }[] {
  return Array.from(markdown.matchAll(/^\| `([^`|]+)` \|(.*)\|$/gmu), ([, name = '', rest = '']) => ({
    name,
    cells: rest.split('|').map((cell) => cell.trim()),
  }));
}

/**
 * The bytes that an example stands for: `«text 256 times»` is repeated, with a running number for each `#` in it, and
 * `«byte FF»` is that one byte.
 */
export function bytesOfExample(example: string): Uint8Array {
  const text = example
    .trimEnd()
    .replaceAll(/«([^»]+?) (\d+) times»/gu, (_, part: string, times: string) =>
      Array.from({ length: Number(times) }, (_each, index) => part.replaceAll('#', String(index + 1))).join(''),
    );
  const pieces = text.split(/«byte ([0-9A-F]{2})»/u);
  return Buffer.concat(
    pieces.map((piece, index) => (index % 2 === 0 ? Buffer.from(piece) : Buffer.from([Number.parseInt(piece, 16)]))),
  );
}
