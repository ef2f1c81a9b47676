import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '../../host/isolator/log/event-lines.ts';
import { plainFields } from '../../host/isolator/log/plain-fields.ts';
import { sampleEvents } from '../support/log-events.ts';
import { COMMON_FIELDS, complaintsAbout, documentedEvents } from '../support/log-page.ts';

const host = join(import.meta.dirname, '../../host');

/** Events that are written by name, and not on account of the isolator. */
function eventsWritten(): string[] {
  return readdirSync(host, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(host, name), 'utf8');
      return [...text.matchAll(/\blog\.write\(\s*[^,]+?,\s*'([a-z-]+)'/g)].map(([, event = '']) => event);
    });
}

/** As the log writes them, with whatever time and process. */
const lines = sampleEvents.flatMap(linesOf).map(({ level, event, fields }) => ({
  ...{ level, time: '2026-11-24T02:07:20.123Z', pid: 1, event },
  ...plainFields(fields),
}));

test('every event has its section, and every section is about an event', () => {
  const told = lines.map(({ event }) => event);
  // Told by what the launcher of a task says, and by the file of the log itself.
  const others = ['task-ended', 'task-started', 'signal', 'lines-lost'];
  const expected = [...new Set([...told, ...eventsWritten(), ...others])].sort();
  expect(documentedEvents.map(({ event }) => event).sort()).toEqual(expected);
});

test('the fields of each event are those in its table', () => {
  for (const line of lines) expect(complaintsAbout(JSON.stringify(line))).toEqual([]);
  for (const event of new Set(lines.map((line) => line.event))) {
    const written = lines.filter((line) => line.event === event).flatMap((line) => Object.keys(line));
    const own = [...new Set(written)].filter((name) => !COMMON_FIELDS.includes(name));
    const documented = documentedEvents.find((each) => each.event === event)?.fields;
    expect([event, [...(documented ?? [])].sort()]).toEqual([event, own.sort()]);
  }
});

test.each(documentedEvents.map((documented) => [documented.event, documented] as const))(
  'the example of %s is one line that the log could have',
  (event, { examples, fields }) => {
    expect(examples).toHaveLength(1);
    const [example = ''] = examples;
    expect(example).not.toContain('\n');
    expect(complaintsAbout(example)).toEqual([]);
    const line = JSON.parse(example) as Record<string, unknown>;
    expect(line.event).toBe(event);
    // An event of a step shows the fields of one step only.
    const shown = Object.keys(line).filter((name) => !COMMON_FIELDS.includes(name));
    if (!event.startsWith('step-')) expect(fields.filter((name) => !shown.includes(name))).toEqual([]);
  },
);
