import type { Admit, MarathonProxyOptions } from '../../../host/admission/marathon/index.ts';
import type { Core } from '../../../host/core/index.ts';
import { loadCoverageCore } from '../../support/core.ts';
import { admitWith } from '../../support/marathon-admit.ts';
import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';

let core: Core;
let admit: Admit;
let marathon: MarathonServer;
const proxies: RunningProxy[] = [];

beforeAll(async () => {
  core = await loadCoverageCore();
  admit = admitWith(core);
});

beforeEach(async () => {
  marathon = await startMarathon();
});

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  await marathon.close();
});

async function front(settings: Partial<MarathonProxyOptions> = {}): Promise<RunningProxy> {
  const proxy = await startProxy({ target: marathon.url, admit, ...settings });
  proxies.push(proxy);
  return proxy;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: unknown; readonly details?: readonly { path: string; errors: string[] }[] };
}

async function send(proxy: RunningProxy, method: string, path: string, body: unknown, headers = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method, body: text, headers: { 'Content-Type': 'application/json', ...headers } };
  const response = await fetch(new URL(path, proxy.url), init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

/** The writes that Marathon got. */
function writes(): string[] {
  return marathon.received.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);
}

/** A volume at a path, as Marathon has it of its own. */
const external = (containerPath: string, options: object = { 'dvdi/driver': 'rexray' }) => ({
  type: 'MESOS',
  volumes: [{ containerPath, mode: 'RW', external: { name: 'db', provider: 'dvdi', options } }],
});

/** Has a volume by variables: a second one at the same path is an error that neither document shows alone. */
const database = {
  id: '/team/db',
  cmd: 'run',
  instances: 1,
  env: { DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_CONTAINERPATH: '/data' },
};
const samePath = { container: external('/data') };

/** Whose volume only one task may have at a time, and whose upgrade keeps to that. */
const singleWriter = {
  id: '/team/db',
  cmd: 'run',
  container: external('data'),
  upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
};

const badEnv = { DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPTS: 'size' };

describe('what is allowed goes to Marathon with exactly its bytes', () => {
  test('a new app', async () => {
    const proxy = await front();
    const text = `{ "id" : "/a",\n "cmd":"tr\\u0075e", "note": "\u00e4" }`;
    const answer = await send(proxy, 'POST', '/v2/apps?force=true', text);
    expect(answer).toMatchObject({ status: 201, body: { id: '/a' } });
    expect(answer.headers.get('location')).toBe('/v2/apps/a');
    expect(answer.headers.get('marathon-deployment-id')).toBe('deployment-1');
    expect(answer.headers.get('dvdi-verdict')).toBeNull();
    expect(marathon.received[0]?.body.toString()).toBe(text);
    expect(marathon.received[0]?.headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(await proxy.nextEvent()).toMatchObject({
      type: 'checked',
      kind: 'marathon-app',
      verdict: 'allow',
      refused: false,
      status: 201,
      method: 'POST',
      path: '/v2/apps',
    });
  });

  test('with a conflict of Marathon untouched', async () => {
    const proxy = await front();
    marathon.store.apps.set('/a', { id: '/a', cmd: 'true' });
    marathon.store.locked.add('/a');
    const answer = await send(proxy, 'PUT', '/v2/apps//a', { instances: 2 });
    expect(answer).toMatchObject({ status: 409, body: { deployments: [{ id: 'd-1' }] } });
  });

  test('a group, and a pod', async () => {
    const proxy = await front();
    expect(await send(proxy, 'PUT', '/v2/groups/g', { apps: [{ id: 'a', cmd: 'true' }] })).toMatchObject({
      status: 200,
    });
    expect(await send(proxy, 'POST', '/v2/pods', { id: '/p', containers: [{ name: 'c' }] })).toMatchObject({
      status: 201,
    });
    expect(writes()).toEqual(['PUT /v2/groups/g', 'POST /v2/pods']);
  });
});

describe('a refusal is one of Marathon, with the findings beside it', () => {
  test('of two volumes at one path', async () => {
    const proxy = await front();
    const answer = await send(proxy, 'POST', '/v2/apps', { ...database, ...samePath });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body).toMatchObject({
      message: 'Object is not valid',
      dvdi: { verdict: 'deny', judged: 'document' },
    });
    expect(answer.body.details?.[0]?.path).toMatch(/^\/(?:env|container)\b/);
    expect(writes()).toEqual([]);
  });

  test('with all errors of one place together', async () => {
    const proxy = await front();
    const env = { ...badEnv, DVDI_VOLUME_OPTS: 'size,=1' };
    const { body } = await send(proxy, 'POST', '/v2/apps', { id: '/a', cmd: 'true', env });
    const paths = body.details?.map(({ path }) => path) ?? [];
    expect(new Set(paths).size).toBe(paths.length);
    expect(body.details?.find(({ path }) => path === '/env/DVDI_VOLUME_OPTS')?.errors.length).toBeGreaterThan(1);
  });

  test('of an app in a list', async () => {
    const proxy = await front();
    const { status, body } = await send(proxy, 'PUT', '/v2/apps', [{ id: '/ok' }, { id: '/a', env: badEnv }]);
    expect(status).toBe(422);
    expect(body.details?.[0]?.path).toBe('(1)/env/DVDI_VOLUME_OPTS');
  });
});

describe('an update is judged with what it updates', () => {
  test('what only the two of them make wrong is refused', async () => {
    const proxy = await front();
    marathon.store.apps.set('/team/db', database);
    const answer = await send(proxy, 'PUT', '/v2/apps/team/db', samePath);
    expect(answer).toMatchObject({ status: 422, body: { dvdi: { judged: 'merged' } } });
    expect(answer.body.details?.[0]?.path).toMatch(/^\/(?:env|container)\b/);
    expect(writes()).toEqual([]);
  });

  test('more instances over a volume for one writer are refused', async () => {
    const proxy = await front();
    marathon.store.apps.set('/team/db', { ...singleWriter, instances: 1 });
    expect(await send(proxy, 'PUT', '/v2/apps/team/db', { cpus: 2 })).toMatchObject({ status: 200 });
    const answer = await send(proxy, 'PUT', '/v2/apps/team/db', { instances: 2 });
    expect(answer).toMatchObject({ status: 422, body: { dvdi: { judged: 'merged' } } });
    expect(answer.body.details?.map(({ path }) => path)).toEqual(['/instances']);
    const scaled = await send(proxy, 'PUT', '/v2/groups/team', { scaleBy: 2 });
    expect(scaled).toMatchObject({ status: 422, body: { dvdi: { judged: 'scaled' } } });
    expect(scaled.body.details?.map(({ path }) => path)).toEqual(['/apps(0)/instances']);
    expect(writes()).toEqual(['PUT /v2/apps/team/db']);
  });

  test('the same in a list, where updates of one app build upon one another', async () => {
    const proxy = await front();
    marathon.store.apps.set('/team/db', { ...singleWriter, instances: 1 });
    const updates = [{ id: '/team/db', instances: 2 }];
    const answer = await send(proxy, 'PUT', '/v2/apps', updates);
    expect(answer).toMatchObject({ status: 422, body: { dvdi: { judged: 'merged' } } });
    const back = [...updates, { id: 'team/db', instances: 1 }];
    expect(await send(proxy, 'PUT', '/v2/apps', back)).toMatchObject({ status: 200 });
  });

  test('a whole replacement is judged alone, under the id of the path', async () => {
    const proxy = await front();
    marathon.store.apps.set('/team/db', database);
    const whole = { id: '/other', cmd: 'run', ...samePath };
    expect(await send(proxy, 'PUT', '/v2/apps/team/db?partialUpdate=false', whole)).toMatchObject({ status: 200 });
    expect(marathon.received.map(({ method }) => method)).toEqual(['PUT']);
  });

  test('a way back to an earlier version is judged by that version', async () => {
    const proxy = await front();
    const version = '2025-01-01T00:00:00.000Z';
    marathon.store.apps.set('/a', { id: '/a', cmd: 'true' });
    marathon.store.versions.set(`/a ${version}`, { id: '/a', cmd: 'true', env: badEnv });
    for (const path of ['/v2/apps/a', '/v2/apps/a?partialUpdate=false']) {
      expect(await send(proxy, 'PUT', path, { version })).toMatchObject({
        status: 422,
        body: { dvdi: { judged: 'version' } },
      });
    }
    expect(await send(proxy, 'PUT', '/v2/apps', [{ id: '/a', version }])).toMatchObject({ status: 422 });
    marathon.store.versions.set(`/g ${version}`, { id: '/g', apps: [{ id: '/g/a', env: badEnv }] });
    expect(await send(proxy, 'PUT', '/v2/groups/g', { version })).toMatchObject({
      status: 422,
      body: { dvdi: { judged: 'version' } },
    });
    expect(writes()).toEqual([]);
  });

  test('a group that is scaled is judged scaled', async () => {
    const asked: string[] = [];
    const proxy = await front({
      admit: (kind, document) => {
        asked.push(`${kind} ${Buffer.from(document)}`);
        return admit(kind, document);
      },
    });
    marathon.store.apps.set('/team/db', { ...database, ...samePath, instances: 3 });
    const answer = await send(proxy, 'PUT', '/v2/groups/team', { scaleBy: 1.5 });
    expect(answer).toMatchObject({ status: 422, body: { dvdi: { judged: 'scaled' } } });
    expect(asked[1]).toMatch(/^marathon-group .*"instances":5/);
    expect(await send(proxy, 'PUT', '/v2/groups/nobody', { scaleBy: 2 })).toMatchObject({ status: 200 });
  });

  test('one of an app that is not there is judged as a new one', async () => {
    const asked: string[] = [];
    const proxy = await front({
      admit: (kind, document) => {
        asked.push(`${kind} ${Buffer.from(document)}`);
        return admit(kind, document);
      },
    });
    expect(await send(proxy, 'PUT', '/v2/apps/team/new', { cmd: 'run' })).toMatchObject({ status: 201 });
    expect(asked).toEqual([
      'marathon-update {"id":"/team/new","cmd":"run"}',
      'marathon-app {"cmd":"run","id":"/team/new"}',
    ]);
  });

  test('what is there is asked for with the rights of the client', async () => {
    await marathon.close();
    marathon = await startMarathon({ credentials: 'user:secret' });
    marathon.store.apps.set('/a', { id: '/a', cmd: 'true' });
    const proxy = await front();
    const denied = await send(proxy, 'PUT', '/v2/apps/a', { instances: 2 });
    expect(denied).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(denied.headers.get('www-authenticate')).toBe('Basic realm="Mesosphere"');
    expect(await proxy.nextEvent()).toMatchObject({ type: 'passed', status: 401 });
    const Authorization = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    expect(await send(proxy, 'PUT', '/v2/apps/a', { instances: 2 }, { Authorization })).toMatchObject({ status: 200 });
    const [asked] = marathon.received;
    expect(asked).toMatchObject({ method: 'GET', url: '/v2/apps/a', headers: { authorization: Authorization } });
    expect(asked?.headers['content-type']).toBeUndefined();
  });
});

describe('without a verdict', () => {
  const failing: Admit = async () => ({ failure: 'queue-full', message: 'all places are taken' });

  test('closed: 503, and nothing is forwarded', async () => {
    const proxy = await front({ admit: failing });
    const answer = await send(proxy, 'POST', '/v2/apps', database);
    expect(answer).toMatchObject({ status: 503, body: { dvdi: { code: 'marathon-unjudged', failure: 'queue-full' } } });
    expect(answer.body.message).toMatch(/all places are taken/);
    expect(writes()).toEqual([]);
    expect(await proxy.nextEvent()).toMatchObject({
      type: 'unjudged',
      failure: 'queue-full',
      forwarded: false,
      status: 503,
    });
  });

  test('open: forwarded, marked and told', async () => {
    const proxy = await front({ admit: failing, onFailure: 'open' });
    const answer = await send(proxy, 'POST', '/v2/apps', database);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('dvdi-verdict')).toBe('unknown');
    expect(answer.headers.get('dvdi-failure')).toBe('queue-full');
    expect(await proxy.nextEvent()).toMatchObject({ type: 'unjudged', forwarded: true, status: 201 });
  });

  test.each([
    ['silence', () => true],
    ['an error', (response: { writeHead(status: number): { end(): void } }) => void response.writeHead(500).end()],
    ['no JSON', (response: { end(text: string): void }) => void response.end('<html>')],
    ['another document', (response: { end(text: string): void }) => void response.end('{"apps":[]}')],
  ])('also when Marathon answers the question for the running app with %s', async (_, act) => {
    await marathon.close();
    marathon = await startMarathon({
      intercept: (request, response) => {
        if (request.method !== 'GET') return false;
        act(response as never);
        return true;
      },
    });
    const closed = await front({ timeouts: { currentMs: 200 } });
    const answer = await send(closed, 'PUT', '/v2/apps/a', { instances: 2 });
    expect(answer).toMatchObject({ status: 503, body: { dvdi: { failure: 'current' } } });
    const open = await front({ timeouts: { currentMs: 200 }, onFailure: 'open' });
    expect((await send(open, 'PUT', '/v2/apps/a', { instances: 2 })).headers.get('dvdi-failure')).toBe('current');
    expect(writes()).toEqual(['PUT /v2/apps/a']);
  });

  test('a checker that throws is a failure of ours, and nothing is forwarded', async () => {
    const proxy = await front({ admit: () => Promise.reject(new Error('broken')), onFailure: 'open' });
    const answer = await send(proxy, 'POST', '/v2/apps', database);
    expect(answer).toMatchObject({ status: 500, body: { dvdi: { code: 'marathon-unjudged' } } });
    expect(writes()).toEqual([]);
  });
});

describe('monitor mode', () => {
  const bad = { id: '/a', cmd: 'true', env: badEnv };

  test('forwards what is denied, with its bytes, and says so in the answer', async () => {
    const proxy = await front({ mode: 'monitor' });
    const answer = await send(proxy, 'POST', '/v2/apps', bad);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('dvdi-verdict')).toBe('deny');
    expect(answer.headers.get('dvdi-findings')?.split(',')).toContain('option-without-value');
    expect(marathon.received[0]?.body.toString()).toBe(JSON.stringify(bad));
    expect(await proxy.nextEvent()).toMatchObject({ type: 'checked', verdict: 'deny', refused: false, status: 201 });
  });

  test('for one rule: the others still refuse', async () => {
    const isEnforced = (code: string) => code !== 'option-without-value';
    const proxy = await front({ isEnforced });
    const passed = await send(proxy, 'POST', '/v2/apps', bad);
    expect(passed.status).toBe(201);
    expect(passed.headers.get('dvdi-verdict')).toBe('deny');
    const worse = { ...bad, id: '/b', env: { ...badEnv, DVDI_VOLUME_CONTAINERPATH: '/proc' } };
    expect(await send(proxy, 'POST', '/v2/apps', worse)).toMatchObject({ status: 422 });
  });

  test('refuses neither a form, nor a size, nor a missing verdict', async () => {
    const proxy = await front({ mode: 'monitor', bodyMaxBytes: 100 });
    const large = { ...bad, note: 'x'.repeat(1_000_000) };
    const answer = await send(proxy, 'POST', '/v2/apps', large);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('dvdi-failure')).toBe('size');
    expect(marathon.received[0]?.body.toString()).toBe(JSON.stringify(large));
    expect((await send(proxy, 'PUT', '/v2//apps/a', {})).headers.get('dvdi-failure')).toBe('form');
    const encoded = await send(proxy, 'POST', '/v2/apps', bad, { 'Content-Encoding': 'gzip' });
    expect(encoded.headers.get('dvdi-failure')).toBe('form');
    const failing = await front({ mode: 'monitor', admit: async () => ({ failure: 'deadline', message: 'late' }) });
    expect((await send(failing, 'PUT', '/v2/apps/a', {})).headers.get('dvdi-failure')).toBe('deadline');
  });

  test('leaves it to Marathon to refuse who may not see what is there', async () => {
    await marathon.close();
    marathon = await startMarathon({ credentials: 'user:secret' });
    const proxy = await front({ mode: 'monitor' });
    const answer = await send(proxy, 'PUT', '/v2/apps/a', { instances: 2 });
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(answer.headers.get('dvdi-failure')).toBe('current');
  });

  test('forwards all of a body in chunks that turns out to be too large', async () => {
    const proxy = await front({ mode: 'monitor', bodyMaxBytes: 1000 });
    const pieces = Array.from({ length: 100 }, (_, index) => Buffer.alloc(100, String(index % 10)));
    const body = new ReadableStream({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    await (await fetch(new URL('/v2/apps', proxy.url), init)).arrayBuffer();
    expect(marathon.received[0]?.body.equals(Buffer.concat(pieces))).toBe(true);
  });
});
