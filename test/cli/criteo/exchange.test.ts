import { existsSync, readFileSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openExchange } from '../../../host/cli/criteo/exchange.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

function file(name: string): string {
  return join(directory.path, name);
}

test('texts take the place of what was in the files before', async () => {
  for (const [name, text] of [
    ['input', 'in'],
    ['output', 'old and long'],
    ['error', 'old and long'],
  ] as const) {
    await writeFile(file(name), text);
  }
  {
    using exchange = openExchange([file('input'), file('output'), file('error')]);
    expect(Buffer.from(exchange.readInput()).toString()).toBe('in');
    exchange.writeOutput('first, and longer');
    exchange.writeOutput('nöw');
    exchange.writeError('why');
  }
  expect(readFileSync(file('output'), 'utf8')).toBe('nöw');
  expect(readFileSync(file('error'), 'utf8')).toBe('why');
});

test('files that have gone meanwhile are not made again', async () => {
  await writeFile(file('input'), '{}');
  using exchange = openExchange([file('input'), file('output'), file('error')]);
  for (const name of ['output', 'error']) await rm(file(name));
  exchange.writeOutput('late');
  exchange.writeError('late');
  expect(existsSync(file('output'))).toBe(false);
  expect(existsSync(file('error'))).toBe(false);
});

test.each(['output', 'error'])('nothing is written through a link at %s', async (name) => {
  const other = name === 'output' ? 'error' : 'output';
  await writeFile(file('victim'), 'precious');
  await symlink(file('victim'), file(name));
  await writeFile(file(other), '');
  expect(() => openExchange([file('input'), file('output'), file('error')])).toThrow(
    expect.objectContaining({ code: 'criteo-input', got: `${file(name)}: ELOOP` }),
  );
  expect(readFileSync(file('victim'), 'utf8')).toBe('precious');
});

test.each([[[]], [['a']], [['a', 'b']], [['a', 'b', 'c', 'd']]])('%j is no call', (words) => {
  expect(() => openExchange(words)).toThrow(expect.objectContaining({ code: 'criteo-input' }));
});

test('an input that is not there', () => {
  using exchange = openExchange([file('input'), file('output'), file('error')]);
  expect(() => exchange.readInput()).toThrow(expect.objectContaining({ got: `${file('input')}: ENOENT` }));
});
