import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createProgressLine } from '../../../host/cli/admit/progress-line.ts';
import type { Output } from '../../../host/cli/context.ts';
import { type CliResult, dvdi, dvdiOnTerminal, runProgram } from '../../support/cli.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const now = '2026-11-24T00:00:00Z';

const app = (env: Record<string, string>, fields: Record<string, unknown> = {}): string =>
  JSON.stringify(
    {
      ...{ id: '/web', cmd: 'sleep 1', upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 } },
      ...{ env, ...fields },
    },
    null,
    2,
  );

const good = app({ DVDI_VOLUME_NAME: 'data' });
const bad = app({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: 'size=abc' });
const warned = app({ DVDI_VOLUME_OPTS: 'size=5' });
const mendable = app({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_EXPLICITCREATE: 'true ' });

async function write(name: string, text: string): Promise<string> {
  const path = join(directory.path, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const read = (name: string): Promise<string> => readFile(join(directory.path, name), 'utf8');

const admit = (argv: readonly string[], input?: string): Promise<CliResult> =>
  dvdi(['admit', '--now', now, ...argv], { cwd: directory.path, ...(input === undefined ? {} : { input }) });

/** Codes of all findings, by file, of an output in JSON. */
function codesOf(stdout: string): Record<string, string[]> {
  const { documents } = JSON.parse(stdout) as {
    documents: { file: string; findings: { code: string; severity: string }[] }[];
  };
  const codes: Record<string, string[]> = {};
  for (const { file, findings } of documents) {
    const own = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
    codes[file] = [...(codes[file] ?? []), ...own];
  }
  return codes;
}

describe('exit codes', () => {
  beforeEach(async () => {
    await write('good.json', good);
    await write('bad.json', bad);
    await write('warned.json', warned);
  });

  test.each([
    ['0 when all are allowed', ['good.json'], 0],
    ['1 when one is denied', ['good.json', 'bad.json'], 1],
    ['0 when there are warnings', ['warned.json'], 0],
    ['1 for warnings with --fail-on warn', ['--fail-on', 'warn', 'warned.json'], 1],
    ['0 with --fail-on warn when there is none', ['--fail-on', 'warn', 'good.json'], 0],
    ['2 when a file is not there', ['good.json', 'nope.json'], 2],
    ['2 goes before 1', ['bad.json', 'nope.json'], 2],
    ['2 when the policy is not there', ['--policy', 'nope.json', 'good.json'], 2],
    ['2 for a kind that there is not', ['--kind', 'marathon', 'good.json'], 2],
    ['2 for a base that is none', ['--since', 'nope', 'good.json'], 2],
    ['2 for an output that cannot be written', ['-o', 'json=nope/x.json', 'good.json'], 2],
  ])('%s', async (_name, argv, exitCode) => {
    expect((await admit(argv)).exitCode).toBe(exitCode);
  });

  test('1 for a policy that is refused: it is shown, and nothing is checked', async () => {
    await write('policy.json', '{\n  "strickt": true\n}');
    const { exitCode, stdout } = await admit(['--policy', 'policy.json', 'bad.json']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^policy\.json:2:4: error: /u);
    expect(stdout).not.toContain('bad.json');
  });
});

test('text: the place, the line, a caret; and a line that counts', async () => {
  await write('bad.json', '{"id": "/web", "cmd": "x", "env": {"DVDI_VOLUME_NAM": "x"}}');
  const { stdout, stderr } = await admit(['bad.json']);
  const lines = stdout.split('\n');
  expect(stderr).toBe('');
  expect(lines[0]).toMatch(/^bad\.json:1:37: error: .* \[variable-unknown\]$/u);
  expect(lines[1]?.slice(lines[2]?.indexOf('^'), (lines[2]?.lastIndexOf('^') ?? 0) + 1)).toBe('DVDI_VOLUME_NAM');
  expect(lines.at(-2)).toMatch(/^1 document: 1 denied; 1 error/u);
});

test('JSON, YAML with several documents, folders, patterns and standard input in one run', async () => {
  await write('apps/a.json', bad);
  await write('apps/b.yaml', `${bad}\n---\n${bad}\n`);
  await write('more/c.yml', 'id: /c\ncmd: x\nenv:\n  DVDI_VOLUME_NAM: x\n');
  const { stdout, exitCode } = await admit(
    ['--json', 'apps', 'more/*.yml', '-'],
    'id: /d\ncmd: x\nenv: {DVDI_VOLUME_X: y}',
  );
  expect(exitCode).toBe(1);
  expect(codesOf(stdout)).toEqual({
    'apps/a.json': ['option-integer'],
    'apps/b.yaml': ['option-integer', 'option-integer'],
    'more/c.yml': ['variable-unknown'],
    '<stdin>': ['variable-unknown'],
  });
});

test('a file that cannot be checked is in the output, and the others are checked', async () => {
  await write('apps/bad.json', bad);
  await write('apps/broken.yaml', 'a: [');
  await write('apps/huge.json', `"${'x'.repeat(4 * 1024 * 1024)}"`);
  await write('apps/twice.yaml', 'a: 1\na: 2');
  const { stdout, exitCode } = await admit(['--json', 'apps']);
  const { failures } = JSON.parse(stdout) as { failures: { file: string; code: string; line: number | null }[] };
  expect(exitCode).toBe(2);
  expect(failures.map(({ file, code, line }) => [file, code, line])).toEqual([
    ['apps/broken.yaml', 'document-yaml', 1],
    ['apps/huge.json', 'document-size', null],
    ['apps/twice.yaml', 'document-yaml', 2],
  ]);
  expect(codesOf(stdout)).toEqual({ 'apps/bad.json': ['option-integer'] });
});

test('several outputs in one run, each in its place', async () => {
  await write('bad.json', bad);
  const argv = ['-o', 'text', '-o', 'sarif=out.sarif', '-o', 'junit=out.xml', '-o', 'json=out.json', 'bad.json'];
  const { stdout } = await admit(argv);
  expect(stdout).toMatch(/^bad\.json:\d+:\d+: error/u);
  expect(JSON.parse(await read('out.sarif'))).toMatchObject({ version: '2.1.0' });
  expect(await read('out.xml')).toMatch(/^<\?xml /u);
  expect(codesOf(await read('out.json'))).toEqual({ 'bad.json': ['option-integer'] });
  expect((await readdir(directory.path)).sort()).toEqual(['bad.json', 'out.json', 'out.sarif', 'out.xml']);
});

test('the same run says the same, to the byte', async () => {
  await write('bad.json', bad);
  const [one, other] = await Promise.all([admit(['-o', 'json', 'bad.json']), admit(['-o', 'json', 'bad.json'])]);
  expect(one).toEqual(other);
});

describe('secrets', () => {
  const secret = 'hunter2-of-the-database';
  const env = {
    DVDI_VOLUME_NAME: 'data',
    DVDI_VOLUME_OPTS: `password=${secret},size=abc`,
    DVDI_VOLUME_EXPLICITCREATE: 'true ',
  };
  const formats = ['text', 'table', 'json', 'ndjson', 'sarif', 'junit', 'github', 'tap'];

  test.each(formats)('of an app, a list, a pod and YAML are in no output of %s', async (format) => {
    await write('app.json', app(env));
    await write('list.json', `[${app(env)}]`);
    await write('group.json', JSON.stringify({ id: '/g', apps: [JSON.parse(app(env, { id: 'a' }))] }, null, 2));
    await write('pod.json', JSON.stringify({ id: '/pod', containers: [{ name: 'c', environment: env }] }, null, 2));
    await write(
      'app.yaml',
      `id: /y\ncmd: x\nenv:\n  DVDI_VOLUME_NAME: data\n  DVDI_VOLUME_OPTS: size=abc,password=${secret}\n`,
    );
    await write('broken.json', app(env).slice(0, -1));
    const { stdout, stderr } = await admit(['-o', format, '.']);
    expect(stdout).toContain('app.json');
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test('are in no patch', async () => {
    await write('app.json', app(env));
    const { stdout, stderr } = await admit(['--fix', '--dry-run', 'app.json']);
    expect(stdout).toContain('password=***');
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

describe('--fix', () => {
  test('mends JSON and YAML, keeps the layout and the mode, and is done after once', async () => {
    const yaml =
      '# an app\nid: /y\ncmd: x # run\nupgradeStrategy: {minimumHealthCapacity: 0, maximumOverCapacity: 0}\nenv:\n' +
      '  DVDI_VOLUME_NAME: data\n  DVDI_VOLUME_EXPLICITCREATE: "true "\n';
    await write('app.json', mendable);
    await write('app.yaml', yaml);
    await chmod(join(directory.path, 'app.json'), 0o640);
    const { stderr } = await admit(['--fix', 'app.json', 'app.yaml']);
    expect(stderr).toBe('dvdi: 2 findings mended\n');
    expect(await read('app.json')).toBe(mendable.replace('"true "', '"true"'));
    expect(await read('app.yaml')).toBe(yaml.replace('"true "', '"true"'));
    expect((await stat(join(directory.path, 'app.json'))).mode & 0o777).toBe(0o640);
    expect((await readdir(directory.path)).sort()).toEqual(['app.json', 'app.yaml']);

    const again = await admit(['--fix', 'app.json', 'app.yaml']);
    expect(again.stderr).toBe('');
    expect(await read('app.json')).toBe(mendable.replace('"true "', '"true"'));
  });

  test('with --dry-run prints a patch that git applies, and writes nothing', async () => {
    await write('app.json', mendable);
    const { stdout, stderr } = await admit(['--fix', '--dry-run', 'app.json']);
    expect(await read('app.json')).toBe(mendable);
    expect(stderr).toContain('1 finding would be mended');
    const patch = await write('fix.patch', stdout);
    const applied = await runProgram('/usr/bin/git', ['apply', patch], { cwd: directory.path });
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await read('app.json')).toBe(mendable.replace('"true "', '"true"'));
  });

  test('mends the file behind a link, and leaves the link', async () => {
    await write('real.json', mendable);
    await symlink('real.json', join(directory.path, 'link.json'));
    await admit(['--fix', 'link.json']);
    expect(await read('real.json')).toContain('"true"');
    expect(
      (await readdir(directory.path, { withFileTypes: true }))
        .find(({ name }) => name === 'link.json')
        ?.isSymbolicLink(),
    ).toBe(true);
  });
});

describe('--since', () => {
  test.each(['json', 'sarif'])(
    'a former output of %s: what was known is left out, wherever it is now',
    async (format) => {
      await write('app.json', bad);
      await admit(['-o', `${format}=base.${format}`, 'app.json']);
      await write('app.json', `\n\n${bad}`);
      const known = await admit(['--since', `base.${format}`, 'app.json']);
      expect(known).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 known since') });

      await write('app.json', bad.replace('size=abc', 'size=abc,iops=x'));
      const { stdout, exitCode } = await admit(['--json', '--since', `base.${format}`, 'app.json']);
      expect(exitCode).toBe(1);
      expect(codesOf(stdout)).toEqual({ 'app.json': ['option-integer'] });
      expect(JSON.parse(stdout)).toMatchObject({ since: { base: `base.${format}`, known: 1 } });
    },
  );

  test('a file that is no output is an error', async () => {
    const { exitCode, stderr } = await admit(['--since', await write('x.json', '{}'), 'x.json']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('[baseline-unusable]');
  });

  test('a revision of git', async () => {
    const git = async (...argv: string[]): Promise<void> => {
      const identity = ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'init.defaultBranch=main'];
      const { exitCode, stderr } = await runProgram('/usr/bin/git', [...identity, ...argv], { cwd: directory.path });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    };
    await write('old.json', bad);
    await write('changed.json', bad);
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'x');
    await write('changed.json', bad.replace('size=abc', 'size=abc,iops=x'));
    await write('new.json', bad);
    const { stdout, exitCode } = await admit(['--json', '--since', 'HEAD', 'old.json', 'changed.json', 'new.json']);
    expect(exitCode).toBe(1);
    expect(codesOf(stdout)).toEqual({
      'old.json': [],
      'changed.json': ['option-integer'],
      'new.json': ['option-integer'],
    });
    for (const revision of ['nope', '--all', '--output=x']) {
      const refused = await admit([`--since=${revision}`, 'old.json']);
      expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[baseline-unusable]') });
    }
  });
});

test('an exception of the policy holds until it expires by --now', async () => {
  await write('app.json', '{"id": "/web", "cmd": "x", "env": {"DVDI_VOLUME_NAME": "data"}}');
  const exceptions = [{ code: 'single-writer-upgrade', reason: 'moves in May', expires: '2027-05-31' }];
  await write('policy.json', JSON.stringify({ exceptions }));
  const run = (time: string): Promise<CliResult> =>
    dvdi(['admit', '--policy', 'policy.json', '--now', time, '-o', 'github', 'app.json'], { cwd: directory.path });
  const before = (await run('2027-05-01T00:00:00Z')).stdout;
  expect(before).toMatch(/^::notice .*title=single-writer-upgrade::.*moves in May \(until 2027-05-31\)$/mu);
  expect(before).not.toContain('::warning');
  expect((await run('2027-06-02T00:00:00Z')).stdout).toMatch(/^::warning .*title=single-writer-upgrade::/mu);
});

test('--quiet leaves out what does not make the run fail', async () => {
  await write('warned.json', warned);
  expect((await admit(['--quiet', 'warned.json'])).stdout).not.toContain('warning: ');
  expect((await admit(['--quiet', '--fail-on', 'warn', 'warned.json'])).stdout).toContain('warning: ');
});

test('a run that takes long says on a terminal how far it is, and nowhere else', async () => {
  const output = { written: '', terminal: true };
  const stream = { write: (text: string) => (output.written += text) };
  let nowMs = 0;
  const make = (terminal: boolean, quiet: boolean): ReturnType<typeof createProgressLine> =>
    createProgressLine({ ...output, terminal, stream } as unknown as Output, 3, quiet, () => nowMs);
  for (const [terminal, quiet] of [
    [true, false],
    [false, false],
    [true, true],
  ] as const) {
    output.written = '';
    nowMs = 0;
    const progress = make(terminal, quiet);
    progress.step();
    nowMs = 600;
    progress.step();
    progress.close();
    expect(output.written).toBe(terminal && !quiet ? '\r\u001b[Kchecked 2 of 3 files\r\u001b[K' : '');
  }
});

test('a file name cannot act on a terminal', async () => {
  await write('\u001b]0;owned\u0007.json', bad);
  const { stdout } = await dvdiOnTerminal(['admit', '--no-color', '.'], { cwd: directory.path });
  expect(stdout).toContain('\\x1b]0;owned\\x07.json');
  expect(stdout).not.toContain('\u001b]0;');
});
