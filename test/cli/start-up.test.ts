import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const main = readFileSync(join(import.meta.dirname, '../../build/host/cli/main.js'), 'utf8');

test('the start-up path is one file that only loads what Node has loaded already, or does in no time', () => {
  const imports = [...main.matchAll(/^(?:import|\}) .*?["'](?<name>[^"']+)["'];?$/gmu)].map(
    ({ groups }) => groups?.name,
  );
  expect([...new Set(imports)].sort()).toEqual(['node:events', 'node:fs', 'node:path', 'node:util']);
});

test('what acts on the machine is imported when it is needed', () => {
  const later = [...main.matchAll(/import\("(?<name>[^"]+)"\)/gu)].map(({ groups }) => groups?.name);
  const needed = ['./run/create-run.js', './lifecycle/prepare.js', '../driver/local/local-driver.js'];
  expect(later).toEqual(expect.arrayContaining(needed));
});
