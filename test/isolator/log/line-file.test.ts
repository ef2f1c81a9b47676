import { closeSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LineFile } from '../../../host/isolator/log/line-file.ts';
import { LogError } from '../../../host/isolator/log/log-error.ts';
import { runProgram } from '../../support/cli.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const place = () => join(directory.path, 'log');
const lostLine = (count: number) => `lost ${count}\n`;

/** A file whose writing fails as often as there are failures: an error code, or how many bytes go before it. */
function failing(...failures: (string | number)[]) {
  const told: unknown[] = [];
  const write = (fd: number, bytes: Uint8Array): number => {
    const failure = failures.shift();
    if (failure === undefined) return writeSync(fd, bytes);
    if (typeof failure === 'number') return writeSync(fd, bytes.subarray(0, failure));
    throw Object.assign(new Error(failure), { code: failure });
  };
  const onFailure = (error: unknown) => void told.push(error);
  return { told, file: new LineFile(place(), { onFailure, lostLine, write }) };
}

const text = () => readFileSync(place(), 'utf8');

test('a file is made for its owner alone, and appended to', () => {
  const first = failing().file;
  first.write('one\n');
  first.close();
  expect(statSync(place()).mode & 0o777).toBe(0o600);
  const second = failing().file;
  second.write('two\n');
  expect(text()).toBe('one\ntwo\n');
  second.close();
  second.close();
  second.write('three\n');
  expect(text()).toBe('one\ntwo\n');
});

test('a descriptor stays its owner’s', () => {
  const fd = openSync(place(), 'a');
  const file = new LineFile(fd, { onFailure: () => {}, lostLine });
  file.write('one\n');
  file.close();
  expect(writeSync(fd, 'two\n')).toBe(4);
  closeSync(fd);
  expect(text()).toBe('one\ntwo\n');
});

test('what is written in pieces is written whole', () => {
  const { file, told } = failing(2, 'EAGAIN', 1);
  file.write('abcdef\n');
  expect(text()).toBe('abcdef\n');
  expect(told).toEqual([]);
  file.close();
});

test('on a full disk lines are lost, told once and counted, and none is glued to half of another', () => {
  const { file, told } = failing(3, 'ENOSPC', 'ENOSPC');
  for (const line of ['abcdef\n', 'lost\n', 'g\n', 'h\n']) file.write(line);
  expect(text()).toBe('abc\nlost 2\ng\nh\n');
  expect(told).toMatchObject([{ code: 'ENOSPC' }]);
  file.close();
});

test('lines that are lost again are counted on', () => {
  const { file, told } = failing('ENOSPC', 'ENOSPC', 'ENOSPC');
  for (const line of ['a\n', 'b\n', 'c\n', 'd\n']) file.write(line);
  expect(text()).toBe('lost 3\nd\n');
  expect(told).toHaveLength(1);
  file.close();
});

test('a reader that does not read is not waited for without end, and a second time not at all', () => {
  const { file, told } = failing(...Array.from({ length: 1_000 }, () => 'EAGAIN'));
  const startMs = performance.now();
  file.write('a\n');
  const patienceMs = performance.now() - startMs;
  expect(patienceMs).toBeGreaterThan(1_000);
  expect(patienceMs).toBeLessThan(10_000);
  file.write('b\n');
  expect(performance.now() - startMs - patienceMs).toBeLessThan(1_000);
  expect(told).toHaveLength(1);
  file.close();
});

test.each<[string, () => string | number | Promise<string>]>([
  ['a directory', () => directory.path],
  ['a directory that is not there', () => join(directory.path, 'no/log')],
  ['a descriptor that is not open', () => 1_000_000],
  [
    'a pipe that nobody reads',
    async () => {
      const pipe = join(directory.path, 'pipe');
      await runProgram('/usr/bin/mkfifo', [pipe]);
      return pipe;
    },
  ],
  [
    'a link that leads nowhere it may be made',
    () => {
      symlinkSync('/proc/nowhere', place());
      return place();
    },
  ],
])('%s is a clear error', async (_what, make) => {
  const destination = await make();
  const open = () => new LineFile(destination, { onFailure: () => {}, lostLine });
  expect(open).toThrow(LogError);
  expect(open).toThrow(
    expect.objectContaining({ code: 'log-unwritable', got: expect.stringContaining(`${destination}`) }),
  );
});

test('a file that is there keeps what it has, and its mode', () => {
  writeFileSync(place(), 'old\n', { mode: 0o640 });
  const { file } = failing();
  file.write('new\n');
  file.close();
  expect(text()).toBe('old\nnew\n');
  expect(statSync(place()).mode & 0o777).toBe(0o640);
});
