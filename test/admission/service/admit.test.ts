import { createHash } from 'node:crypto';
import { largeApp, smallApp } from '../../../bench/documents.ts';
import { Core } from '../../../host/core/index.ts';
import { builtWasm, sample, serviceTime, startService, useServices } from '../../support/admission-service.ts';
import { exchange, post } from '../../support/http-exchange.ts';

useServices();

const now = serviceTime.toISOString();
const refused = JSON.stringify({ id: '/a', cmd: 'x', env: { DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPTS: 'size=5G' } });

test('answers the bytes of the core, and what they mean in headers', async () => {
  const core = await Core.load(builtWasm);
  const { url } = await startService();
  const documents = [smallApp().bytes, Buffer.from(refused), Buffer.from('{"id":'), Buffer.from(''), Buffer.from('[]')];
  for (const document of documents) {
    const expected = Buffer.from(core.admitBytes({ kind: 0, now }, document).slice());
    const { status, headers, body } = await post(`${url}/v1/admit`, document);
    expect([status, body.toString()]).toEqual([200, expected.toString()]);
    const { verdict } = JSON.parse(expected.toString()) as { verdict: string };
    expect(headers).toMatchObject({
      ...{ 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      ...{ 'dvdi-verdict': verdict, 'dvdi-enforced': 'true' },
      'dvdi-policy': createHash('sha256').digest('hex'),
    });
  }
});

test('takes the kind from the path', async () => {
  const core = await Core.load(builtWasm);
  const { url } = await startService();
  for (const { name, id } of core.describe().kinds) {
    const { status, body } = await post(`${url}/v1/admit/${name}`, refused);
    const expected = core.admitBytes({ kind: id, now }, Buffer.from(refused));
    expect([name, status, body.toString()]).toEqual([name, 200, Buffer.from(expected).toString()]);
  }
});

test('takes a document of 1 MiB, and not one of a byte more', async () => {
  const { url } = await startService();
  const { bytes } = largeApp();
  expect(bytes.byteLength).toBe(1024 * 1024);
  expect((await post(`${url}/v1/admit`, bytes)).headers['dvdi-verdict']).toBe('allow');
  const more = Buffer.concat([bytes, Buffer.from('\n')]);
  const { status, headers, json } = await post(`${url}/v1/admit`, more);
  expect([status, headers.connection, json().code]).toEqual([413, 'close', 'http-too-large']);
  // Without a length that tells it beforehand.
  const chunked = await post(`${url}/v1/admit`, more, { headers: { 'transfer-encoding': 'chunked' } });
  expect([chunked.status, chunked.json().code]).toEqual([413, 'http-too-large']);
});

test.each([
  { what: 'a query', path: '/v1/admit?policy=x', status: 400, code: 'http-query' },
  { what: 'an empty query', path: '/v1/admit?', status: 400, code: 'http-query' },
  { what: 'an unknown kind', path: '/v1/admit/nope', status: 404, code: 'http-kind' },
  { what: 'a kind by its number', path: '/v1/admit/1', status: 404, code: 'http-kind' },
  { what: 'an unknown path', path: '/v2/admit', status: 404, code: 'http-not-found' },
  { what: 'a path upwards', path: '/../package.json', status: 404, code: 'http-not-found' },
  { what: 'a path that cannot be decoded', path: '/v1/admit/%ff', status: 400, code: 'http-malformed' },
  { what: 'another method', path: '/v1/admit', method: 'PUT', status: 405, code: 'http-method', allow: 'POST' },
  { what: 'a POST to what is read', path: '/readyz', status: 405, code: 'http-method', allow: 'GET' },
  {
    what: 'a form',
    path: '/v1/admit',
    type: 'application/x-www-form-urlencoded',
    status: 415,
    code: 'http-media-type',
  },
  { what: 'an odd type', path: '/v1/admit', type: '\u00e4', status: 415, code: 'http-media-type' },
  { what: 'gzip', path: '/v1/admit', encoding: 'gzip', status: 415, code: 'http-media-type' },
])('refuses $what with a problem of RFC 9457', async ({ path, method, type, encoding, status, code, allow }) => {
  const { url, lines } = await startService();
  const { hostname, port } = new URL(url);
  const headers = { 'content-type': type ?? 'application/json', ...(encoding && { 'content-encoding': encoding }) };
  // The path as it stands: a URL would be made plain first.
  const question = { host: hostname, port, path, method: method ?? 'POST', headers, body: refused };
  const answer = await exchange(url, question);
  expect([answer.status, answer.headers['content-type'], answer.headers.allow]).toEqual([
    ...[status, 'application/problem+json', allow],
  ]);
  const problem = answer.json();
  expect(problem).toMatchObject({ type: `urn:dvdi:error:${code}`, status, code });
  for (const field of ['title', 'detail', 'expected', 'got', 'advice']) expect(problem[field]).toMatch(/\S/);
  expect(lines).toEqual([]);
});

test('quotes nothing that a terminal would obey, and little of it', async () => {
  const { url } = await startService();
  const { body } = await post(`${url}/v1/admit/%1b%5b31m${'a'.repeat(500)}`, refused);
  expect(body.toString()).toMatch(/^[ -~\n]*$/);
  expect(body.byteLength).toBeLessThan(1_500);
});

test('counts and tells each document without a word of it', async () => {
  const { url, lines } = await startService();
  await post(`${url}/v1/admit`, refused);
  await post(`${url}/v1/admit`, smallApp().bytes);
  const metrics = (await exchange(`${url}/metrics`)).body.toString();
  expect(sample(metrics, 'dvdi_admissions_total{kind="marathon-app",verdict="deny",enforced="true"}')).toBe(1);
  expect(sample(metrics, 'dvdi_admissions_total{kind="marathon-app",verdict="allow",enforced="true"}')).toBe(1);
  expect(sample(metrics, 'dvdi_findings_total{code="option-integer"}')).toBe(1);
  expect(sample(metrics, 'dvdi_admission_duration_seconds_count')).toBe(2);
  expect(sample(metrics, 'dvdi_http_responses_total{operation="admit",status="200"}')).toBe(2);
  expect(sample(metrics, 'dvdi_workers_ready')).toBe(1);
  expect(lines.map(({ level, event }) => [level, event])).toEqual([
    ['info', 'admitted'],
    ['debug', 'admitted'],
  ]);
  const documentSha256 = createHash('sha256').update(refused).digest('hex');
  expect(lines[0]?.fields).toMatchObject({ kind: 'marathon-app', verdict: 'deny', enforced: true, documentSha256 });
  expect(JSON.stringify(lines)).not.toContain('5G');
});

test('HEAD answers what GET would, without it', async () => {
  const { url } = await startService();
  const { status, body, headers } = await exchange(`${url}/readyz`, { method: 'HEAD' });
  expect([status, body.byteLength]).toEqual([200, 0]);
  expect(Number(headers['content-length'])).toBeGreaterThan(0);
});
