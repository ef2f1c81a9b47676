import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FenceNotes, leaveNote } from '../../../host/driver/local/fence-notes.ts';
import type { LogEntry } from '../../../host/driver/local/log.ts';
import { waitFor } from '../../support/wait-for.ts';

const BY = { agent: 'b', host: 'h', pid: 7, server: 's', since: '2026-01-01T00:00:00.000Z' };

let directory: string;
let notes: FenceNotes;
const entries: LogEntry[] = [];

beforeEach(async () => {
  entries.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'dvdi-notes-'));
});

afterEach(async () => {
  await notes.close();
  await rm(directory, { recursive: true });
});

const logged = (count: number) => waitFor(`${count} entries`, () => (entries.length >= count ? entries : undefined));

test('what was left while nobody served is told at the start, what comes later at once, each once', async () => {
  await leaveNote(directory, { volume: 'early/one', by: BY });
  notes = new FenceNotes(directory, (entry) => entries.push(entry));
  await logged(1);
  await leaveNote(directory, { volume: 'late', by: BY });
  await logged(2);
  await waitFor('the notes to go', async () => ((await readdir(directory)).length === 0 ? true : undefined));
  const rest =
    'was taken by agent "b" (pid 7 on host "h") since 2026-01-01T00:00:00.000Z: it is not mounted here any more';
  expect(entries).toEqual([
    { level: 'warning', message: `volume "early/one" ${rest}, and who still uses it gets I/O errors` },
    { level: 'warning', message: `volume "late" ${rest}, and who still uses it gets I/O errors` },
  ]);
});

test.each(['', 'null', '{"volume":"v"}', '{"volume":1,"by":{}}'])('%j is no note, and hides no other', async (text) => {
  await writeFile(join(directory, 'a.json'), text);
  await leaveNote(directory, { volume: 'v', by: BY });
  notes = new FenceNotes(directory, (entry) => entries.push(entry));
  await logged(2);
  expect(entries.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('a.json: expected word of a volume that was taken; remove it by hand'),
      expect.stringContaining('volume "v" was taken by agent "b"'),
    ]),
  );
});
