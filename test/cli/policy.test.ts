import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dvdi } from '../support/cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'dvdi-policy-'));
const file = join(directory, 'policy.json');

afterAll(() => rmSync(directory, { recursive: true }));

test('explain lists every field with its default', async () => {
  const { exitCode, stdout } = await dvdi(['policy', 'explain']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^FIELD +DEFAULT +MEANING\n/u);
  expect(stdout).toMatch(/^mountTimeoutMs +120000 +Limit of time for a mount$/mu);
  expect(stdout).toMatch(/^volumeNames +- +Names that the volumes of an app may have$/mu);
});

test('explain FIELD prints its section of the documentation', async () => {
  const { exitCode, stdout } = await dvdi(['policy', 'explain', 'secretOptions']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^secretOptions \(policy\)\n\nOptions whose values never reach a log\. Type: array of strings/u,
  );
  expect(stdout).not.toContain('# Severity');
});

test('an unknown field names the nearest and ends with 2', async () => {
  const { exitCode, stdout, stderr } = await dvdi(['policy', 'explain', 'driverAllowed']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('expected: perhaps driversAllowed');
  expect((await dvdi(['policy', 'explain', 'zzzzzzzzzzzz'])).stderr).toContain('expected: a field of the policy');
});

test('explain --policy shows each value and the line it comes from', async () => {
  writeFileSync(file, '{\n  "strict": true,\n  "drivers": {\n    "nfs": {"sharing": "allow"}}\n}\n');
  const { exitCode, stdout } = await dvdi(['policy', 'explain', '--policy', file]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^strict +true +\S+policy\.json:2$/mu);
  expect(stdout).toMatch(/^drivers +\{"nfs":\{"sharing":"allow"\}\} +\S+policy\.json:3$/mu);
  expect(stdout).toMatch(/^transport +"plugin" +default$/mu);
});

test('explain --policy FIELD is about that field', async () => {
  writeFileSync(file, '{"strict": true}');
  const { stdout } = await dvdi(['policy', 'explain', 'strict', '--policy', file, '--json']);
  expect(JSON.parse(stdout)).toEqual([{ field: 'strict', value: true, from: { file, line: 1 } }]);
});

test('a policy that is refused is shown with its mistakes, and ends with 1', async () => {
  writeFileSync(file, '{"strict": 1}');
  const text = await dvdi(['policy', 'explain', '--policy', file]);
  expect(text).toMatchObject({ exitCode: 1, stdout: '' });
  expect(text.stderr).toContain('expected strict to be true or false');
  const json = await dvdi(['policy', 'explain', '--policy', file, '--json']);
  expect(json.exitCode).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'refused' }, findings: [{ code: 'policy-value' }] });
});

test('--json gives the fields as the core describes them', async () => {
  const fields = JSON.parse((await dvdi(['policy', 'explain', '--json'])).stdout) as { field: string }[];
  expect(fields.map(({ field }) => field)).toContain('exceptions');
  const [one] = JSON.parse((await dvdi(['policy', 'explain', 'preempt', '--json'])).stdout);
  expect(one).toMatchObject({ field: 'preempt', default: 'false', schema: { type: 'boolean' } });
});

test('schema prints what the build has written', async () => {
  const built = readFileSync(join(import.meta.dirname, '../../build/policy.schema.json'), 'utf8');
  const { exitCode, stdout } = await dvdi(['policy', 'schema']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: built });
  const json = (await dvdi(['policy', 'schema', '--json'])).stdout;
  expect(json.trimEnd()).not.toContain('\n');
  expect(JSON.parse(json)).toEqual(JSON.parse(built));
});
