import type { Finding } from '../../core/documents.ts';
import type { JsonToken } from './yaml-to-json.ts';

/** The last index of an ordered list whose value is not past `limit`; -1 when all are. */
function lastIndexUpTo<Item>(items: readonly Item[], keyOf: (item: Item) => number, limit: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(items[middle] as Item) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Makes what moves findings about the JSON of a YAML document to the YAML: to the character where a text stands there
 * as it does in the JSON, else to the beginning of the value or key.
 * @param text the whole file
 * @param tokens the pieces of the JSON, in its order
 */
export function createPlacement(text: string, tokens: readonly JsonToken[]): (finding: Finding) => Finding {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);

  function tokenAt(jsonOffset: number): JsonToken | undefined {
    return tokens[
      Math.max(
        0,
        lastIndexUpTo(tokens, (token) => token.jsonStart, jsonOffset),
      )
    ];
  }

  function sourceStart(jsonOffset: number, token: JsonToken): number {
    const inside = jsonOffset - token.jsonStart;
    if (inside <= 0 || token.textStart === null) return token.sourceStart;
    return Math.min(token.textStart + inside - 1, token.sourceEnd);
  }

  function sourceEnd(jsonOffset: number): number {
    const token = tokenAt(jsonOffset - 1);
    if (token === undefined) return 0;
    const start = sourceStart(jsonOffset, token);
    return start === token.sourceStart ? token.sourceEnd : start;
  }

  return (finding) => {
    if (finding.in !== 'document' || finding.offset === null) return finding;
    const token = tokenAt(finding.offset);
    if (token === undefined) return { ...finding, offset: null, line: null, column: null, length: null };
    const start = sourceStart(finding.offset, token);
    const end = finding.length ? sourceEnd(finding.offset + finding.length) : start;
    const line = lastIndexUpTo(lineStarts, (it) => it, start);
    return {
      ...finding,
      offset: Buffer.byteLength(text.slice(0, start)),
      line: line + 1,
      column: start - (lineStarts[line] ?? 0) + 1,
      length: Buffer.byteLength(text.slice(start, Math.max(start, end))),
    };
  };
}
