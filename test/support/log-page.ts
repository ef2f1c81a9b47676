import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonBlocksOf, namedRowsOf, sectionsOf } from './docs/page.ts';

/** What docs/logs.md says of one event. */
export interface DocumentedEvent {
  readonly event: string;
  readonly text: string;
  /** Without those that every line has. */
  readonly fields: readonly string[];
  /** The text of the example line. */
  readonly examples: readonly string[];
}

/** Fields of every line; `container` may be left out. */
export const COMMON_FIELDS = ['level', 'time', 'pid', 'event', 'container'];

const page = readFileSync(join(import.meta.dirname, '../../docs/logs.md'), 'utf8');

/** The sections of the page that are about an event: those with an example. */
export const documentedEvents: readonly DocumentedEvent[] = sectionsOf(page)
  .map(({ heading, text }) => ({
    event: heading,
    text,
    fields: namedRowsOf(text).map(({ name }) => name),
    examples: jsonBlocksOf(text).map((block) => block.text.trim()),
  }))
  .filter(({ examples }) => examples.length > 0);

/** Says what of a line of a log is not as docs/logs.md has it. */
export function complaintsAbout(line: string): string[] {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return [`no JSON: ${line}`];
  }
  const documented = documentedEvents.find(({ event }) => event === fields.event);
  if (documented === undefined) return [`no such event: ${line}`];
  const unknown = Object.keys(fields).filter((name) => ![...COMMON_FIELDS, ...documented.fields].includes(name));
  const missing = ['level', 'time', 'pid'].filter((name) => !(name in fields));
  const { time, level } = fields;
  return [
    ...unknown.map((name) => `${documented.event} has a field that is not documented: ${name}`),
    ...missing.map((name) => `${documented.event} lacks the field ${name}`),
    ...(typeof time === 'string' && new Date(time).toISOString() === time ? [] : [`no time: ${line}`]),
    ...(documented.text.includes(`\`${String(level)}\``) ? [] : [`${documented.event} has not the level ${level}`]),
  ];
}
