import { Agent } from 'node:http';
import { scriptedWorker, startService, useServices } from '../../support/admission-service.ts';
import { exchange, post } from '../../support/http-exchange.ts';
import { KeepAliveLoad } from '../../support/keep-alive-load.ts';
import { waitFor } from '../../support/wait-for.ts';

useServices();

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
afterEach(() => agent.destroy());

test('is said first, while documents are still taken', async () => {
  const { service, url } = await startService({ drainNoticeMs: 1_000 });
  expect((await exchange(`${url}/readyz`, { agent })).status).toBe(200);
  const closed = service.close();
  const ready = await exchange(`${url}/readyz`, { agent });
  expect([ready.status, ready.headers.connection]).toEqual([503, 'close']);
  expect(ready.json()).toMatchObject({ ready: false, state: 'draining' });
  expect((await exchange(`${url}/livez`)).status).toBe(200);
  expect((await post(`${url}/v1/admit`, '{}')).status).toBe(200);
  expect(await closed).toBe(true);
  await expect(exchange(`${url}/livez`)).rejects.toThrow(/ECONNREFUSED/);
});

test('drops no request of clients that look at their connections', async () => {
  const { service, url } = await startService({ drainNoticeMs: 300 });
  const load = new KeepAliveLoad(`${url}/v1/admit`, '{}', 4);
  await waitFor('some answers', () => load.answers.length > 20 || undefined);
  const closing = service.close();
  await waitFor('the notice', () => load.answers.at(-1)?.headers.connection === 'close' || undefined);
  await load.end();
  expect(await closing).toBe(true);
  expect(load.failures).toEqual([]);
  expect(load.answers.every(({ status }) => status === 200)).toBe(true);
});

test('waits for what has begun', async () => {
  const { service, url } = await startService({ workerScript: scriptedWorker });
  const slow = post(`${url}/v1/admit`, 'wait 500');
  await waitFor('a busy worker', async () => {
    return /^dvdi_workers_busy 1$/m.test((await exchange(`${url}/metrics`)).body.toString()) || undefined;
  });
  const closed = service.close();
  expect((await slow).json()).toEqual({ echo: 'wait 500' });
  expect(await closed).toBe(true);
});

test.each([
  { what: 'not longer than the deadline', drainDeadlineMs: 100, isUrgent: false },
  { what: 'not when it is urgent', drainDeadlineMs: 60_000, isUrgent: true },
])('$what', async ({ drainDeadlineMs, isUrgent }) => {
  const { service, url, lines } = await startService({
    ...{ workerScript: scriptedWorker, deadlineMs: 60_000, drainDeadlineMs, drainNoticeMs: isUrgent ? 60_000 : 0 },
  });
  const hanging = post(`${url}/v1/admit`, 'hang').then(
    () => 'answered',
    () => 'cut',
  );
  await waitFor('a busy worker', async () => {
    return /^dvdi_workers_busy 1$/m.test((await exchange(`${url}/metrics`)).body.toString()) || undefined;
  });
  const closed = service.close();
  if (isUrgent) void service.close(true);
  expect(await closed).toBe(false);
  expect(await hanging).toBe('cut');
  expect(lines.at(-1)).toMatchObject({ level: 'warn', event: 'service-stopped', fields: { answered: false } });
});
