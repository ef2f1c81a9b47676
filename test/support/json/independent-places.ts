import type { PlaceOfValue } from './probe.ts';

const TOKEN = /[ \t\n\r]*(?:([[\]{}:,])|("(?:[^"\\]|\\.)*")|([^\s[\]{}:,"]+))/y;

/**
 * Where each key and value of a good JSON text begins, found by regular expressions over JavaScript's own characters:
 * line and column come from the characters before, byte offsets from their UTF-8.
 */
export function independentPlaces(text: string): PlaceOfValue[] {
  const places: PlaceOfValue[] = [];
  /** For each open bracket: its pointer, and the index of an array or the key of an object that comes next. */
  const open: { pointer: string; next: number | string | null }[] = [];
  const encoder = new TextEncoder();

  const note = (pointer: string, at: number) => {
    const before = text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    places.push({
      pointer,
      offset: encoder.encode(before).length,
      line: before.split('\n').length,
      column: at - lineStart + 1,
    });
  };

  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [whole, mark, string] = match;
    const at = TOKEN.lastIndex - whole.trimStart().length;
    const parent = open.at(-1);
    if (mark === ']' || mark === '}') open.pop();
    else if (mark === ',') advance(parent);
    else if (mark !== ':') {
      if (parent?.next === null && string !== undefined) {
        // A key: its value has the same pointer.
        parent.next = String(JSON.parse(string));
        note(childPointer(parent), at);
        continue;
      }
      const pointer = parent === undefined ? '' : childPointer(parent);
      note(pointer, at);
      if (mark !== undefined) open.push({ pointer, next: mark === '[' ? 0 : null });
    }
  }
  return places;
}

function advance(parent: { next: number | string | null } | undefined): void {
  if (parent !== undefined) parent.next = typeof parent.next === 'number' ? parent.next + 1 : null;
}

function childPointer(parent: { pointer: string; next: number | string | null }): string {
  const segment = String(parent.next).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
  return `${parent.pointer}/${segment}`;
}
