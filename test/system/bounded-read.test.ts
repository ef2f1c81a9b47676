import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { readBounded, readStream, TooLargeError } from '../../host/system/bounded-read.ts';
import { runProgram } from '../support/cli.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const bounds = { sizeMaxBytes: 8, silenceMaxMs: 30_000 };

test.each([
  ['at the limit', 8, true],
  ['one past it', 9, false],
])('%s', async (_name, size, isRead) => {
  const path = join(directory.path, 'file');
  await writeFile(path, 'x'.repeat(size));
  const reads = [
    () => readBounded(path, bounds),
    () => readStream(Readable.from([Buffer.alloc(4), Buffer.alloc(size - 4)]), bounds),
  ];
  for (const read of reads) {
    if (isRead) expect((await read()).byteLength).toBe(size);
    else await expect(read()).rejects.toThrow(TooLargeError);
  }
});

test('an endless file is read up to the limit', async () => {
  await expect(readBounded('/dev/zero', bounds)).rejects.toThrow(TooLargeError);
});

test('a pipe without a writer is not waited for', async () => {
  const path = join(directory.path, 'pipe');
  await runProgram('/usr/bin/mkfifo', [path]);
  expect((await readBounded(path, bounds)).byteLength).toBe(0);
});

test('a stream that stays silent is given up', async () => {
  await expect(readStream(new PassThrough(), { ...bounds, silenceMaxMs: 5 })).rejects.toThrow('nothing came');
});

test('what cannot be opened is an error with its errno', async () => {
  await expect(readBounded(join(directory.path, 'none'), bounds)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readBounded(directory.path, bounds)).rejects.toMatchObject({ code: 'EISDIR' });
});
