import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingRequirements, PROGRAMS } from '../support/suites/requirements.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-requirements-'));
  for (const program of PROGRAMS) {
    await writeFile(join(directory, program.name), '');
    await chmod(join(directory, program.name), 0o755);
  }
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const complete = () => ({ userId: 0, searchPath: directory, devices: [directory] });

test('a machine that has everything lacks nothing', async () => {
  expect(await missingRequirements(complete())).toEqual([]);
});

test('without root it says so, and what runs all the same', async () => {
  const [sentence, ...others] = await missingRequirements({ ...complete(), userId: 1000 });
  expect(sentence).toMatch(/^root: .*npm run test:unit/s);
  expect(others).toEqual([]);
});

test('a program that is missing is named with its package', async () => {
  await rm(join(directory, 'rclone'));
  // The machine's own rclone is on another PATH than the one given.
  expect(await missingRequirements(complete())).toEqual(['the program rclone: install the Debian package rclone.']);
});

test('a device that is missing is named', async () => {
  const device = join(directory, 'no-such-device');
  expect(await missingRequirements({ ...complete(), devices: [device] })).toEqual([
    `the device ${device}: the kernel or the container this runs in does not offer it.`,
  ]);
});

test('the Makefile installs the package of each program', async () => {
  const makefile = await readFile('Makefile', 'utf8');
  const installed = /^TEST_PACKAGES\s*:?=\s*(.*)$/m.exec(makefile)?.[1]?.split(/\s+/);
  expect(installed).toEqual(expect.arrayContaining(PROGRAMS.map((program) => program.debianPackage)));
});
