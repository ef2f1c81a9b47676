import { type Document, isScalar, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';

import type { AuthoredDocument } from './authored-document.ts';
import { DocumentError, type TextPlace } from './document-error.ts';
import { createPlacement } from './yaml-placement.ts';
import { YamlProblem, yamlToJson } from './yaml-to-json.ts';

/** How every YAML text of ours is read. Repeated keys are looked for by us: the library compares each with each. */
const YAML_OPTIONS = {
  version: '1.2',
  uniqueKeys: false,
  strict: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** A document of YAML as the library gives it. */
export type YamlDocument = Document.Parsed<ParsedNode>;

/**
 * Reads a file of YAML documents, each as the JSON that it stands for, with the places of the YAML.
 * @throws {DocumentError} `document-yaml`
 */
export function yamlDocuments(name: string, source: Uint8Array): readonly AuthoredDocument[] {
  const text = decode(name, source);
  const lines = new LineCounter();
  const parsed = parse(name, text, lines);
  for (const document of parsed) {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw notYaml(name, messageOf(problem), placeOf(lines, problem.pos[0]));
  }
  const filled = parsed.filter(isFilled);
  if (filled.length === 0) throw notYaml(name, 'the file has no document', null);
  return filled.map((document, index) => {
    const { json, tokens } = convert(name, document, text, lines);
    return {
      name,
      index: filled.length === 1 ? null : index + 1,
      format: 'yaml',
      source,
      json,
      place: createPlacement(text, tokens),
    };
  });
}

/** Whether a document of a stream has anything in it: a `---` at the end of a file makes none. */
function isFilled({ contents }: YamlDocument): boolean {
  return contents !== null && !(isScalar(contents) && contents.value === null && !contents.source);
}

const TOO_DEEP = 'the values lie too deep inside of each other';

function messageOf(problem: Error): string {
  return problem.message.includes('call stack') ? TOO_DEEP : problem.message;
}

function decode(name: string, source: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
  } catch (cause) {
    throw notYaml(name, 'the file is not UTF-8', null, cause);
  }
}

/** A document of a stream, and where its part of the text begins, with the comments above it. */
export interface YamlPart {
  readonly document: YamlDocument;
  /** In UTF-16 code units. */
  readonly start: number;
}

/** The documents of a text that have anything in them, as the library gives them. */
export function parseYaml(text: string): readonly YamlPart[] {
  return parseAll(text)
    .map((document, index, all) => ({ document, start: all[index - 1]?.range[2] ?? 0 }))
    .filter(({ document }) => isFilled(document));
}

function parseAll(text: string, lineCounter = new LineCounter()): YamlDocument[] {
  const documents = parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter });
  return 'empty' in documents ? [] : documents;
}

function parse(name: string, text: string, lineCounter: LineCounter): YamlDocument[] {
  try {
    return parseAll(text, lineCounter);
  } catch (cause) {
    // The library goes down one call a level.
    if (cause instanceof RangeError) throw notYaml(name, TOO_DEEP, null, cause);
    throw cause;
  }
}

function convert(
  name: string,
  document: YamlDocument,
  text: string,
  lines: LineCounter,
): ReturnType<typeof yamlToJson> {
  try {
    return yamlToJson(document, text);
  } catch (error) {
    if (error instanceof YamlProblem) throw notYaml(name, error.message, placeOf(lines, error.offset), error);
    throw error;
  }
}

function placeOf(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function notYaml(name: string, got: string, place: TextPlace | null, cause?: unknown): DocumentError {
  return new DocumentError('the document is no YAML that stands for JSON', {
    code: 'document-yaml',
    file: name,
    expected: 'YAML 1.2 with texts, numbers, booleans, null, lists and maps, each key once',
    got,
    advice: 'mend the YAML at this place',
    place,
    ...(cause === undefined ? {} : { cause }),
  });
}
