import { largeApp, smallApp } from '../../../bench/documents.ts';
import { sample, scriptedWorker, startService, useServices } from '../../support/admission-service.ts';
import { exchange, post } from '../../support/http-exchange.ts';
import { waitFor } from '../../support/wait-for.ts';

useServices();

async function metricsOf(url: string): Promise<string> {
  return (await exchange(`${url}/metrics`)).body.toString();
}

describe('a worker that hangs or dies', () => {
  test.each([
    { document: 'hang', status: 504, code: 'service-deadline', reason: 'deadline' },
    { document: 'throw', status: 500, code: 'service-worker', reason: 'crash' },
    { document: 'exit', status: 500, code: 'service-worker', reason: 'crash' },
    { document: 'fault', status: 500, code: 'service-worker', reason: null },
  ])('$document: $status, and the next document is judged', async ({ document, status, code, reason }) => {
    const { url, lines } = await startService({ workerScript: scriptedWorker, deadlineMs: 250 });
    const answer = await post(`${url}/v1/admit`, document);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(answer.json()).toMatchObject({ code, status });
    expect((await post(`${url}/v1/admit`, 'next')).json()).toEqual({ echo: 'next' });
    const metrics = await metricsOf(url);
    expect(sample(metrics, `dvdi_failures_total{code="${code}",answered="closed"}`)).toBe(1);
    if (reason !== null) expect(sample(metrics, `dvdi_worker_restarts_total{reason="${reason}"}`)).toBe(1);
    expect(lines.map(({ event }) => event)).toContain('admission-failed');
    expect(lines.some(({ event }) => event === 'worker-replaced')).toBe(reason !== null);
  });

  test('a real document that takes too long is ended, and others are not', async () => {
    const { url } = await startService({ deadlineMs: 3 });
    // Asked until it is: on a busy machine the clock may look after the answer has come.
    const slow = await waitFor('an answer that says it took too long', async () => {
      const answer = await post(`${url}/v1/admit`, largeApp().bytes);
      return answer.status === 200 ? undefined : answer;
    });
    expect([slow.status, slow.json().code]).toEqual([504, 'service-deadline']);
    const others = async () => (await post(`${url}/v1/admit`, smallApp().bytes)).status === 200 || undefined;
    expect(await waitFor('a small document within 3 ms', others)).toBe(true);
  });

  test('another worker goes on meanwhile', async () => {
    const { url } = await startService({ workerScript: scriptedWorker, workers: 2, deadlineMs: 1_000 });
    const hanging = post(`${url}/v1/admit`, 'hang');
    for (let round = 0; round < 20; round += 1) {
      expect((await post(`${url}/v1/admit`, 'quick')).status).toBe(200);
    }
    expect((await hanging).status).toBe(504);
  });

  test('where failure is open the document passes, and everything says so', async () => {
    const { url } = await startService({ workerScript: scriptedWorker, deadlineMs: 250, onFailure: 'open' });
    const { status, headers, json } = await post(`${url}/v1/admit`, 'throw');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(headers).toMatchObject({
      ...{ 'dvdi-verdict': 'allow', 'dvdi-enforced': 'false', 'dvdi-failure': 'service-worker' },
    });
    expect(json()).toMatchObject({ verdict: 'allow', findings: [], tasks: [], failure: { code: 'service-worker' } });
    const metrics = await metricsOf(url);
    expect(sample(metrics, 'dvdi_failures_total{code="service-worker",answered="open"}')).toBe(1);
    // What is no document stays refused.
    expect((await post(`${url}/v1/admit/nope`, 'x')).status).toBe(404);
  });

  test('a worker that cannot start stops the start', async () => {
    const workerScript = new URL('./nowhere.ts', import.meta.url);
    await expect(startService({ workerScript })).rejects.toMatchObject({ code: 'service-worker' });
  });
});

describe('the queue', () => {
  test('has its end: 503 with Retry-After, and those that wait are judged in their order', async () => {
    const { url } = await startService({ workerScript: scriptedWorker, queueMax: 2, deadlineMs: 2_000 });
    const first = post(`${url}/v1/admit`, 'wait 700');
    await waitFor('a busy worker', async () => sample(await metricsOf(url), 'dvdi_workers_busy') === 1 || undefined);
    const order: string[] = [];
    const waiting: Promise<unknown>[] = [];
    for (const name of ['second', 'third']) {
      waiting.push(post(`${url}/v1/admit`, name).then((answer) => order.push(answer.json<{ echo: string }>().echo)));
      await waitFor('its place', async () => {
        return sample(await metricsOf(url), 'dvdi_queue_length') === waiting.length || undefined;
      });
    }
    const refused = await post(`${url}/v1/admit`, 'fourth');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(refused.json()).toMatchObject({ code: 'service-busy', got: '2 documents that wait already' });
    expect((await first).status).toBe(200);
    await Promise.all(waiting);
    expect(order).toEqual(['second', 'third']);
  });

  test('nobody waits in it for ever', async () => {
    const { url } = await startService({ workerScript: scriptedWorker, deadlineMs: 10_000 });
    const hanging = post(`${url}/v1/admit`, 'hang').catch((error: Error) => error);
    await waitFor('a busy worker', async () => sample(await metricsOf(url), 'dvdi_workers_busy') === 1 || undefined);
    const late = await post(`${url}/v1/admit`, 'late');
    expect([late.status, late.json().code]).toEqual([503, 'service-busy']);
    expect(sample(await metricsOf(url), 'dvdi_queue_length')).toBe(0);
    void hanging;
  });

  test('who goes away leaves it', async () => {
    const { url } = await startService({ workerScript: scriptedWorker, deadlineMs: 2_000 });
    const first = post(`${url}/v1/admit`, 'wait 1000');
    await waitFor('a busy worker', async () => sample(await metricsOf(url), 'dvdi_workers_busy') === 1 || undefined);
    const gone = new AbortController();
    const left = post(`${url}/v1/admit`, 'left', { signal: gone.signal }).catch((error: Error) => error.name);
    const length = async (expected: number) =>
      waitFor(`a queue of ${expected}`, async () => {
        return sample(await metricsOf(url), 'dvdi_queue_length') === expected || undefined;
      });
    await length(1);
    gone.abort();
    expect(await left).toBe('AbortError');
    await length(0);
    expect((await first).status).toBe(200);
  });
});
