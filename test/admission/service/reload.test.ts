import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { smallApp } from '../../../bench/documents.ts';
import type { Readiness } from '../../../host/admission/service/service-state.ts';
import { sample, startService, useServices } from '../../support/admission-service.ts';
import { clientOf, makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { exchange, post } from '../../support/http-exchange.ts';
import { KeepAliveLoad } from '../../support/keep-alive-load.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';
import { waitFor } from '../../support/wait-for.ts';

const directory = useTemporaryDirectory();
useServices();

const app = smallApp().bytes;
const open = '{}';
const closed = '{"drivers":{},"dvdcliPaths":["/opt/dvdcli"],"strict":true}';

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** As tools put a new file in the place of an old one. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function readiness(url: string): Promise<Readiness> {
  return (await exchange(`${url}/readyz`)).json<Readiness>();
}

async function startWithPolicy(text: string) {
  const policyPath = join(directory.path, 'policy.json');
  await writeFile(policyPath, text);
  return { policyPath, ...(await startService({ policyPath, workers: 2 })) };
}

describe('a policy', () => {
  test('that changes is taken between two documents, and no request is dropped', async () => {
    const { url, policyPath } = await startWithPolicy(open);
    const load = new KeepAliveLoad(`${url}/v1/admit`, app, 4);
    for (let round = 0; round < 10; round += 1) {
      const next = round % 2 === 0 ? closed : open;
      await replace(policyPath, next);
      await waitFor('the next policy', async () => {
        return (await readiness(url)).policy.sha256 === hashOf(next) || undefined;
      });
      // What is asked after it was taken is judged by it.
      expect((await post(`${url}/v1/admit`, app)).headers['dvdi-policy']).toBe(hashOf(next));
    }
    await load.end();
    expect(load.failures).toEqual([]);
    expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(load.answers.length).toBeGreaterThan(100);
    const judgedBy = new Set(load.answers.map(({ headers }) => headers['dvdi-policy']));
    expect([...judgedBy].sort()).toEqual([hashOf(open), hashOf(closed)].sort());
    const metrics = (await exchange(`${url}/metrics`)).body.toString();
    expect(sample(metrics, 'dvdi_reloads_total{what="policy",result="taken"}')).toBe(10);
    expect(sample(metrics, 'dvdi_worker_restarts_total{reason="crash"}')).toBe(0);
  });

  test.each([
    { what: 'is refused by the core', text: '{"strict":"maybe"}', code: 'service-policy' },
    { what: 'is no JSON', text: '{"strict":', code: 'service-policy' },
    { what: 'is empty', text: '', code: 'service-policy' },
  ])('that $what never replaces a good one', async ({ text, code }) => {
    const { url, policyPath, lines } = await startWithPolicy(closed);
    await replace(policyPath, text);
    const refused = await waitFor('a refusal', async () => (await readiness(url)).policy.refused ?? undefined);
    expect(refused).toMatchObject({ code, detail: expect.stringContaining(policyPath) });
    const ready = await exchange(`${url}/readyz`);
    expect([ready.status, ready.json<Readiness>().policy.sha256]).toEqual([200, hashOf(closed)]);
    expect((await post(`${url}/v1/admit`, app)).headers['dvdi-policy']).toBe(hashOf(closed));
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'reload-refused' }));
    const metrics = (await exchange(`${url}/metrics`)).body.toString();
    expect(sample(metrics, 'dvdi_reloads_total{what="policy",result="refused"}')).toBe(1);
    // A good one puts it right again.
    await replace(policyPath, open);
    await waitFor('the good one', async () => (await readiness(url)).policy.refused === null || undefined);
    expect((await readiness(url)).policy.sha256).toBe(hashOf(open));
  });

  test('that is gone leaves the one in force', async () => {
    const { service, url, policyPath } = await startWithPolicy(closed);
    await rm(policyPath);
    await service.reload();
    expect((await readiness(url)).policy).toMatchObject({
      ...{ sha256: hashOf(closed), refused: { code: 'service-file' } },
    });
  });

  test('that is bad stops the start, with what is wrong', async () => {
    await expect(startWithPolicy('{"strict":"maybe"}')).rejects.toMatchObject({
      code: 'service-policy',
      findings: [expect.objectContaining({ in: 'policy', severity: 'error' })],
    });
    const policyPath = join(directory.path, 'nowhere.json');
    await expect(startService({ policyPath })).rejects.toMatchObject({ code: 'service-file' });
    await expect(startService({ policyPath: directory.path })).rejects.toMatchObject({ code: 'service-file' });
  });
});

describe('certificates', () => {
  /** The certificate that a new connection is shown. */
  async function shown(url: string, ca: Buffer): Promise<string> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket: TLSSocket = connect({ host: hostname, port: Number(port), ca }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }

  test('that change are shown to new connections, and no request is dropped', async () => {
    const authority = makeAuthority(directory.path, 'authority');
    const ca = readFileSync(authority.certificate);
    const [first, second] = ['first', 'second'].map((name) => makeCertificate(directory.path, name, authority));
    if (first === undefined || second === undefined) throw new Error('expected two certificates');
    const paths = { certificate: join(directory.path, 'tls.pem'), key: join(directory.path, 'tls.key') };
    const put = async ({ certificate, key }: typeof first) => {
      await copyFile(key, paths.key);
      await copyFile(certificate, paths.certificate);
    };
    const fingerprint = ({ certificate }: typeof first) =>
      new X509Certificate(readFileSync(certificate)).fingerprint256;
    await put(first);
    const { url } = await startService({ tls: { ...paths, clientAuthorities: null } });
    const load = new KeepAliveLoad(`${url}/v1/admit`, app, 4, { ca });
    expect(await shown(url, ca)).toBe(fingerprint(first));
    for (const next of [second, first, second]) {
      await put(next);
      await waitFor('the next certificate', async () => (await shown(url, ca)) === fingerprint(next) || undefined);
    }
    await load.end();
    expect(load.failures).toEqual([]);
    expect(load.answers.filter(({ status }) => status !== 200)).toEqual([]);
    // Who connected before is asked to connect again, so that nobody stays on what was withdrawn.
    expect(load.answers.filter(({ headers }) => headers.connection === 'close').length).toBeGreaterThanOrEqual(4);
  });

  test('that do not fit together are refused, and those in force stay', async () => {
    const one = makeAuthority(directory.path, 'one');
    const other = makeAuthority(directory.path, 'other');
    const ca = readFileSync(one.certificate);
    const paths = { certificate: join(directory.path, 'tls.pem'), key: join(directory.path, 'tls.key') };
    await copyFile(one.certificate, paths.certificate);
    await copyFile(one.key, paths.key);
    const { service, url } = await startService({ tls: { ...paths, clientAuthorities: null } });
    await copyFile(other.key, paths.key);
    await service.reload();
    const ready = (await exchange(`${url}/readyz`, { ca })).json<Readiness>();
    expect(ready.certificates?.refused).toMatchObject({ code: 'service-tls' });
    expect(ready.ready).toBe(true);
    const metrics = (await exchange(`${url}/metrics`, { ca })).body.toString();
    expect(sample(metrics, 'dvdi_reloads_total{what="certificates",result="refused"}')).toBeGreaterThanOrEqual(1);
  });

  test('of clients whose authority was withdrawn are not taken any more', async () => {
    const old = makeAuthority(directory.path, 'old');
    const next = makeAuthority(directory.path, 'next');
    const server = makeCertificate(directory.path, 'server', old);
    const clientAuthorities = join(directory.path, 'clients.pem');
    await copyFile(old.certificate, clientAuthorities);
    const { service, url } = await startService({ tls: { ...server, clientAuthorities } });
    const ca = readFileSync(old.certificate);
    const [before, after] = [old, next].map((each, at) => clientOf(makeCertificate(directory.path, `c${at}`, each)));
    expect((await exchange(`${url}/livez`, { ca, ...before })).status).toBe(200);
    await copyFile(next.certificate, clientAuthorities);
    await service.reload();
    await expect(exchange(`${url}/livez`, { ca, ...before })).rejects.toThrow();
    expect((await exchange(`${url}/livez`, { ca, ...after })).status).toBe(200);
  });

  test.each([
    { what: 'no certificate', certificate: 'hello' },
    { what: 'no key', key: 'hello' },
    { what: 'no authorities', clientAuthorities: 'hello' },
  ])('$what: no start', async ({ certificate, key, clientAuthorities }) => {
    const good = makeAuthority(directory.path, 'good');
    const bad = join(directory.path, 'bad.pem');
    await writeFile(bad, 'hello');
    const tls = {
      certificate: certificate === undefined ? good.certificate : bad,
      key: key === undefined ? good.key : bad,
      clientAuthorities: clientAuthorities === undefined ? null : bad,
    };
    await expect(startService({ tls })).rejects.toMatchObject({ code: 'service-tls' });
  });

  test('that have expired: no start', async () => {
    const tls = { ...makeAuthority(directory.path, 'good'), clientAuthorities: null };
    const clock = () => new Date('2100-01-01T00:00:00Z');
    await expect(startService({ tls, clock })).rejects.toMatchObject({
      code: 'service-tls',
      expected: 'a certificate that is valid',
    });
  });
});
