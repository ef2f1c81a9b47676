import { dvdi } from '../support/cli.ts';

test('explain prints the section of an error', async () => {
  const { exitCode, stdout } = await dvdi(['explain', 'driver-timeout']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^driver-timeout \(error\)\n\nThe driver did not answer in time/u);
  expect(stdout).not.toContain('## ');
});

test('a code copied with its brackets is taken, too', async () => {
  expect((await dvdi(['explain', '[driver-timeout]'])).exitCode).toBe(0);
});

test('an unknown code names the nearest known ones and ends with 1', async () => {
  const { exitCode, stdout, stderr } = await dvdi(['explain', 'driver-timeut']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('expected: perhaps driver-timeout');
});

test('without a code all are listed, one a line', async () => {
  const { exitCode, stdout } = await dvdi(['explain']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^cli-usage +The command line cannot be understood/mu);
  const codes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  expect(codes).toEqual([...codes].sort((left, right) => left.localeCompare(right, 'en')));
});

test('--json gives the same as data', async () => {
  const all = JSON.parse((await dvdi(['explain', '--json'])).stdout) as { code: string; kind: string }[];
  expect(all).toContainEqual(expect.objectContaining({ code: 'cli-usage', kind: 'error' }));
  const one = JSON.parse((await dvdi(['explain', '--json', 'cli-usage'])).stdout);
  expect(one).toMatchObject([{ code: 'cli-usage', kind: 'error', text: expect.stringContaining('command line') }]);
});
