import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sample } from '../support/admission-service.ts';
import { dvdi, type RunningProgram, startDvdi } from '../support/cli.ts';
import { exchange, post } from '../support/http-exchange.ts';
import { complaintsAbout } from '../support/log-page.ts';
import { startMarathon } from '../support/marathon-server.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { waitFor } from '../support/wait-for.ts';

const directory = useTemporaryDirectory();
const running = new Set<RunningProgram>();

afterEach(async () => {
  for (const program of running) program.kill('SIGKILL');
  await Promise.all([...running].map(({ result }) => result));
  running.clear();
});

/** Starts `dvdi serve` on a free port, and waits until it is ready. */
async function serve(...words: readonly string[]): Promise<{ program: RunningProgram; url: string }> {
  const program = startDvdi(['serve', '--listen', '127.0.0.1:0', '--workers', '1', '--drain-notice-ms', '0', ...words]);
  running.add(program);
  const url = await waitFor('the ready line', () => {
    return /^ready: (?<url>http:\S+)\n/.exec(program.stdout)?.groups?.url;
  });
  return { program, url };
}

const bad = '{"id":"/a","cmd":"x","env":{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"size=5G"}}';

async function writePolicy(text: string): Promise<string> {
  const path = join(directory.path, 'policy.json');
  await writeFile(path, text);
  return path;
}

test.each(['SIGTERM', 'SIGINT'] as const)('serves until %s', async (signal) => {
  const { program, url } = await serve();
  expect((await post(`${url}/v1/admit`, bad)).headers['dvdi-verdict']).toBe('deny');
  program.kill(signal);
  expect(await program.result).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
});

test('SIGHUP takes the policy again, and stderr tells a refusal', async () => {
  const policy = await writePolicy('{}');
  const { program, url } = await serve('--policy', policy);
  const before = (await post(`${url}/v1/admit`, bad)).headers['dvdi-policy'];
  await writePolicy('{"strict":true}');
  program.kill('SIGHUP');
  await waitFor('the new policy', async () => {
    return (await post(`${url}/v1/admit`, bad)).headers['dvdi-policy'] !== before || undefined;
  });
  await writePolicy('{"strict":1}');
  program.kill('SIGHUP');
  await waitFor(
    'a refusal',
    () => program.stderr.includes('error: reload-refused: policy: the policy was refused') || undefined,
  );
  expect((await exchange(`${url}/readyz`)).status).toBe(200);
});

test('a policy that is refused stops the start, with its findings in place', async () => {
  const policy = await writePolicy('{\n  "strict": "maybe"\n}');
  const refused = await dvdi(['serve', '--listen', '127.0.0.1:0', '--policy', policy]);
  expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain(`${policy}:2:14: error: `);
  const json = await dvdi(['serve', '--listen', '127.0.0.1:0', '--policy', policy, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'refused' }, findings: [{ in: 'policy', line: 2 }] });
  expect(json.exitCode).toBe(1);
});

test('--json tells the address, and the log has a line for each document', async () => {
  const log = join(directory.path, 'log');
  const words = ['serve', '--listen', '127.0.0.1:0', '--json', '--log', log, '--drain-notice-ms', '0'];
  const program = startDvdi(words);
  running.add(program);
  const text = await waitFor('the ready line', () => /^\{.*\}\n/.exec(program.stdout)?.[0]);
  const { ready, address, scheme } = JSON.parse(text) as { ready: boolean; address: string; scheme: string };
  expect([ready, scheme]).toEqual([true, 'http']);
  await post(`http://${address}/v1/admit`, bad);
  program.kill('SIGTERM');
  expect((await program.result).exitCode).toBe(0);
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines.flatMap(complaintsAbout)).toEqual([]);
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events).toEqual(['admitted', 'draining', 'service-stopped', 'ended']);
});

test('--marathon stands in front of a Marathon, with its own paths under /dvdi/', async () => {
  const marathon = await startMarathon();
  try {
    const log = join(directory.path, 'log');
    const { program, url } = await serve('--marathon', marathon.url.href, '--log', log, '--log-level', 'debug');
    const refused = await post(`${url}/v2/apps`, bad);
    expect([refused.status, marathon.received.length]).toEqual([422, 0]);
    expect((await post(`${url}/v2/apps`, '{"id":"/b","cmd":"x"}')).status).toBe(201);
    expect(marathon.received.map(({ method, url: path }) => `${method} ${path}`)).toEqual(['POST /v2/apps']);
    // A client that asks before it sends, of Marathon and of the service.
    for (const path of ['/v2/apps', '/dvdi/v1/admit']) {
      const answer = await post(`${url}${path}`, bad, { headers: { expect: '100-continue' } });
      expect([path, answer.status]).toEqual([path, path === '/v2/apps' ? 422 : 200]);
    }
    expect((await exchange(`${url}/dvdi/readyz`)).json()).toMatchObject({ ready: true });
    expect((await exchange(`${url}/dvdi/openapi.json`)).json()).toMatchObject({ servers: [{ url: '/dvdi' }] });
    // Marathon's own path of that name.
    await exchange(`${url}/metrics`);
    expect(marathon.received.at(-1)).toMatchObject({ method: 'GET', url: '/metrics' });
    const metrics = (await exchange(`${url}/dvdi/metrics`)).body.toString();
    expect(sample(metrics, 'dvdi_marathon_requests_total{type="checked",outcome="refused"}')).toBe(2);
    program.kill('SIGTERM');
    expect((await program.result).exitCode).toBe(0);
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    expect(lines.flatMap(complaintsAbout)).toEqual([]);
    expect(lines.filter((line) => line.includes('"event":"marathon-request"')).length).toBe(4);
  } finally {
    await marathon.close();
  }
});

test.each([
  { words: ['--listen', 'nowhere'], exitCode: 2, text: '--listen nowhere' },
  { words: ['--tls-cert', '/dev/null'], exitCode: 2, text: '--tls-key' },
  { words: ['--client-ca', '/dev/null'], exitCode: 2, text: '--tls-cert and --tls-key' },
  { words: ['--workers', '0'], exitCode: 2, text: 'from 1 to 256' },
  { words: ['--monitor-rule', 'option-integr'], exitCode: 2, text: 'perhaps option-integer' },
  { words: ['--marathon', 'nowhere'], exitCode: 2, text: '--marathon http://' },
  { words: ['--marathon-ca', '/dev/null'], exitCode: 2, text: '--marathon-ca alone' },
  { words: ['--policy', '/nowhere'], exitCode: 2, text: '/nowhere: ENOENT' },
  { words: ['--mode', 'maybe'], exitCode: 2, text: 'enforce, monitor' },
])('$words: exit code $exitCode', async ({ words, exitCode, text }) => {
  const result = await dvdi(['serve', '--listen', '127.0.0.1:0', ...words]);
  expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  expect(result.stderr).toContain(text);
});
