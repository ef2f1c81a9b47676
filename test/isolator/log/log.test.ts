import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '../../../host/isolator/log/event-lines.ts';
import { createLog, type LogLevel } from '../../../host/isolator/log/log.ts';
import { sampleEvents } from '../../support/log-events.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const destination = () => join(directory.path, 'log');

type Line = Readonly<Record<string, unknown>>;

function lines(): Line[] {
  return readFileSync(destination(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('every line begins with level, time and process, and has its event and its container', async () => {
  const log = await createLog({ destination: destination(), level: 'trace' });
  for (const event of sampleEvents) log.onEvent(event);
  // At once: nothing waits for an end.
  expect(lines()).toHaveLength(sampleEvents.flatMap(linesOf).length);
  for (const line of lines()) {
    expect(Object.keys(line).slice(0, 5)).toEqual(['level', 'time', 'pid', 'event', 'container']);
    expect(line.level).toMatch(/^(?:trace|debug|info|warn|error)$/);
    expect(new Date(String(line.time)).toISOString()).toBe(line.time);
    expect(line.pid).toBe(process.pid);
  }
  log.close();
});

test.each<[LogLevel, readonly string[]]>([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
])('from level %s on', async (level, expected) => {
  const log = await createLog({ destination: destination(), level });
  for (const event of sampleEvents) log.onEvent(event);
  log.close();
  expect(new Set(lines().map((line) => line.level))).toEqual(new Set(expected));
});

test('a silent log is empty, and after its end it takes nothing', async () => {
  const silent = await createLog({ destination: destination(), level: 'silent' });
  for (const event of sampleEvents) silent.onEvent(event);
  silent.close();
  const log = await createLog({ destination: destination() });
  log.close();
  log.write('error', 'late');
  expect(readFileSync(destination(), 'utf8')).toBe('');
});

test('no text breaks a line, or is anything else than text to who looks at it', async () => {
  const log = await createLog({ destination: destination() });
  const hostile = 'a\nb\r\u001b[31m\u009b2J\u2028\u2029\u202e\u200b\ud800"\\\u{e0001}\u00a0';
  log.write('info', 'odd', { [hostile]: hostile, error: new Error(hostile) });
  log.close();
  const text = readFileSync(destination(), 'utf8');
  expect(text).toMatch(/^[ -~…]*\n$/u);
  const [line] = lines();
  expect(line?.[hostile]).toBe(hostile);
  expect(line?.error).toEqual({ code: 'internal', message: hostile });
});

test('fields of a line cannot take the place of those that all lines have', async () => {
  const log = await createLog({ destination: destination() });
  for (const event of sampleEvents) log.onEvent(event);
  log.close();
  for (const line of readFileSync(destination(), 'utf8').trimEnd().split('\n')) {
    const keys = [...line.matchAll(/(?<=[{,])"(level|time|pid|event|container)":/g)].map(([, key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test('a full disk is told to who wants to know it, and stops nothing', async () => {
  const told: unknown[] = [];
  const log = await createLog({ destination: '/dev/full', onFailure: (error) => void told.push(error) });
  log.write('info', 'one');
  log.write('info', 'two');
  log.close();
  expect(told).toMatchObject([{ code: 'ENOSPC' }]);
});

test('a log that cannot be opened is an error before anything is done', async () => {
  const destination = join(directory.path, 'no/log');
  await expect(createLog({ destination })).rejects.toMatchObject({
    code: 'log-unwritable',
    got: `${destination}: ENOENT`,
  });
});
