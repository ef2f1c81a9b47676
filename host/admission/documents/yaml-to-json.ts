import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type Scalar, visit } from 'yaml';

import type { YamlDocument } from './yaml-documents.ts';

/**
 * Values that one document may come to, aliases written out: a few lines of anchors that name each other would
 * otherwise stand for more than any memory holds. The core takes fewer values, so that this refuses nothing that it
 * would not refuse.
 */
const VALUES_MAX = 262_144;

/** Bytes of JSON that one document may come to. The core takes a quarter of it. */
const JSON_SIZE_MAX_BYTES = 4 * 1024 * 1024;

/** Levels of values inside of each other; the core takes fewer. An alias that leads into itself ends here. */
const DEPTH_MAX = 256;

/** A piece of the JSON, and the piece of the YAML that it stands for. */
export interface JsonToken {
  /** Where it begins in the JSON, in bytes. */
  readonly jsonStart: number;
  /** Where it lies in the YAML, in UTF-16 code units. */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** Where the text of a string begins in the YAML, when it stands there character by character; else null. */
  readonly textStart: number | null;
}

/** What in a document of YAML has no counterpart in JSON. */
export class YamlProblem extends Error {
  override readonly name = 'YamlProblem';
  /** Where, in UTF-16 code units from the beginning of the file. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A number as JSON writes it: it goes over as it stands, so that no digit is lost. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;

/** A text that is the same bytes in JSON and in YAML, between the quotes. */
const SAME_IN_BOTH = /^[ !#-[\]-~]*$/u;

/**
 * Writes a document of YAML as JSON.
 * @param text the whole file, which the places of the document's nodes refer to
 * @throws {YamlProblem} repeated keys, keys that are no scalars, values that JSON has not, too many values
 */
export function yamlToJson(document: YamlDocument, text: string): { json: Uint8Array; tokens: readonly JsonToken[] } {
  const writer = new JsonWriter(document, text);
  if (document.contents !== null) writer.value(document.contents, 0);
  return { json: Buffer.from(writer.parts.join('')), tokens: writer.tokens };
}

class JsonWriter {
  readonly parts: string[] = [];
  readonly tokens: JsonToken[] = [];
  /** What each alias stands for: found once, since the library would go through the whole document for each. */
  readonly #targets: ReadonlyMap<Node, Node>;
  readonly #text: string;
  #size = 0;
  #values = 0;

  constructor(document: YamlDocument, text: string) {
    this.#targets = aliasTargets(document);
    this.#text = text;
  }

  value(node: Node, depth: number): void {
    if (depth > DEPTH_MAX) throw new YamlProblem('the values lie too deep inside of each other', startOf(node));
    if (isAlias(node)) this.value(this.#anchored(node), depth + 1);
    else if (isMap(node)) this.#map(node, depth);
    else if (isSeq(node)) this.#list(node, depth);
    else if (isScalar(node)) this.#scalar(node);
    else throw new YamlProblem('a value of an unknown kind', startOf(node));
  }

  #map(node: Node & { items: readonly Pair[] }, depth: number): void {
    this.#token('{', node, startOf(node) + 1);
    let separator = '';
    for (const [key, pair] of this.#membersOf(node, depth)) {
      this.#write(separator);
      this.#string(key, pair.key as Node);
      this.#write(':');
      if (pair.value === null) this.#token('null', pair.key as Node);
      else this.value(pair.value as Node, depth + 1);
      separator = ',';
    }
    this.#write('}');
  }

  #list(node: Node & { items: readonly unknown[] }, depth: number): void {
    this.#token('[', node, startOf(node) + 1);
    node.items.forEach((item, index) => {
      if (index > 0) this.#write(',');
      // `[a: 1]` is a list of one map.
      if (isPair(item)) throw new YamlProblem('a pair in a list, outside of a map', startOf(item.key as Node));
      if (item === null) this.#token('null', node);
      else this.value(item as Node, depth + 1);
    });
    this.#write(']');
  }

  /** A map's own members, after those that it takes over by `<<` and has not itself. */
  #membersOf(node: Node & { items: readonly Pair[] }, depth: number): Map<string, Pair> {
    const members = new Map<string, Pair>();
    const merged: Node[] = [];
    for (const pair of node.items) {
      const key = this.#keyOf(pair);
      if (key === '<<' && isMergeKey(pair.key)) merged.push(...this.#mapsOf(pair.value as Node | null, pair));
      else if (members.has(key)) {
        throw new YamlProblem(`the key ${JSON.stringify(key)} for a second time`, startOf(pair.key as Node));
      } else members.set(key, pair);
    }
    for (const map of merged) {
      if (depth > DEPTH_MAX) throw new YamlProblem('the values lie too deep inside of each other', startOf(map));
      if (!isMap(map)) throw new YamlProblem('something else than a map behind <<', startOf(map));
      const others = this.#membersOf(map as Node & { items: readonly Pair[] }, depth + 1);
      for (const [key, pair] of others) if (!members.has(key)) members.set(key, pair);
      this.#count(others.size + 1, map);
    }
    return members;
  }

  #mapsOf(value: Node | null, pair: Pair): Node[] {
    if (value === null) throw new YamlProblem('nothing behind <<', startOf(pair.key as Node));
    const node = isAlias(value) ? this.#anchored(value) : value;
    if (!isSeq(node)) return [node];
    return node.items.map((item) => (isAlias(item) ? this.#anchored(item) : (item as Node)));
  }

  #keyOf(pair: Pair): string {
    const key = isAlias(pair.key) ? this.#anchored(pair.key) : (pair.key as Node | null);
    if (!isScalar(key)) throw new YamlProblem('a key that is no text', key === null ? 0 : startOf(key));
    if (typeof key.value === 'string') return key.value;
    return key.source ?? String(key.value);
  }

  #scalar(node: Scalar): void {
    const { value, source } = node;
    if (typeof value === 'string') this.#string(value, node);
    else if (value === null || typeof value === 'boolean') this.#token(String(value), node);
    else if (typeof value === 'number' && source !== undefined && JSON_NUMBER.test(source)) this.#token(source, node);
    else if (typeof value === 'bigint') this.#token(String(value), node);
    else if (typeof value === 'number' && Number.isFinite(value)) this.#token(JSON.stringify(value), node);
    else throw new YamlProblem('a value that JSON has not', startOf(node));
  }

  #string(value: string, node: Node): void {
    const [start, end] = rangeOf(node);
    const written = this.#text.slice(start, end);
    const isQuoted = written === `"${value}"` || written === `'${value}'`;
    const isSame = SAME_IN_BOTH.test(value) && (isQuoted || written === value);
    this.#token(JSON.stringify(value), node, end, isSame ? start + Number(isQuoted) : null);
  }

  #anchored(alias: Node): Node {
    const anchored = this.#targets.get(alias);
    if (anchored === undefined) throw new YamlProblem('an alias of an anchor that is not there', startOf(alias));
    return anchored;
  }

  #token(part: string, node: Node, sourceEnd = rangeOf(node)[1], textStart: number | null = null): void {
    this.#count(1, node);
    this.tokens.push({ jsonStart: this.#size, sourceStart: startOf(node), sourceEnd, textStart });
    this.#write(part);
    if (this.#size > JSON_SIZE_MAX_BYTES) throw new YamlProblem('more than 4 MiB, aliases written out', startOf(node));
  }

  #write(part: string): void {
    this.parts.push(part);
    this.#size += Buffer.byteLength(part);
  }

  #count(values: number, node: Node): void {
    this.#values += values;
    if (this.#values > VALUES_MAX) {
      throw new YamlProblem(`more than ${VALUES_MAX} values, aliases written out`, startOf(node));
    }
  }
}

function aliasTargets(document: YamlDocument): Map<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const anchored = anchors.get(node.source);
        if (anchored !== undefined) targets.set(node, anchored);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN';
}

function rangeOf(node: Node): readonly [start: number, end: number] {
  return [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
}

function startOf(node: Node): number {
  return rangeOf(node)[0];
}
