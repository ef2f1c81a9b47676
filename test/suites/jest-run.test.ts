import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JEST, runChild, runJest } from '../support/suites/jest-run.ts';

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'dvdi-jest-run-'));
  await writeFile(join(project, 'package.json'), '{"type":"commonjs"}');
  await mkdir(join(project, 'node_modules'));
  await symlink(join(process.cwd(), 'node_modules', 'jest'), join(project, 'node_modules', 'jest'));
});

afterEach(async () => {
  await rm(project, { recursive: true });
});

/** Runs jest on a small project of its own. */
function run(...options: string[]) {
  return runJest('small', [...JEST, ...options], join(project, 'report.json'), { cwd: project, output: 'ignore' });
}

test('a real run: what passed, what failed, and a file that could not start', async () => {
  await writeFile(join(project, 'passes.test.js'), 'test("a", () => {}); test("b", () => {});');
  await writeFile(join(project, 'fails.test.js'), 'test("a", () => { throw new Error("no"); });');
  await writeFile(join(project, 'broken.test.js'), 'test("never closed", () => {');
  expect(await run()).toEqual({
    passed: 2,
    failed: 2,
    reasons: ['small: 1 tests failed', 'small: 1 test files could not start'],
  });
}, 60_000);

test('a real run without any test file is a failure', async () => {
  // jest may or may not have written its report before it exits here.
  const reasons = [expect.stringMatching(/no test (ran|file found)/)];
  expect(await run()).toEqual({ passed: 0, failed: 1, reasons });
}, 60_000);

test('a real run below its coverage gate is a failure', async () => {
  await writeFile(join(project, 'subject.js'), 'exports.pick = (flag) => {\n  if (flag) return 1;\n  return 2;\n};\n');
  await writeFile(
    join(project, 'subject.test.js'),
    'const { pick } = require("./subject.js"); test("a", () => { expect(pick(true)).toBe(1); });',
  );
  const gate = '--coverageThreshold={"global":{"branches":95}}';
  expect(await run('--coverage', '--coverageReporters=json-summary', gate)).toEqual({
    passed: 1,
    failed: 1,
    reasons: ['small: every test passed but the run ended with 1 (coverage gate or crash)'],
  });
}, 60_000);

test('a child that takes too long is ended with all it started', async () => {
  const startedAt = Date.now();
  expect(await runChild(['sleep', '600'], { timeoutMs: 200 })).toBeNull();
  expect(Date.now() - startedAt).toBeLessThan(30_000);
});

test('a program that does not exist is a failure, not an exception', async () => {
  expect(await runChild([join(project, 'missing')])).toBeNull();
});
