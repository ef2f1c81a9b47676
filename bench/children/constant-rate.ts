// A process that posts the small app to a service at a constant rate, whatever the answers do: `URL RATE COUNT
// CONNECTIONS`. Each latency counts from the moment that the request was due, and not from when a connection was free
// for it, so that a service that stands still is charged for everything that would have come meanwhile. Rate 0 is: as
// fast as it goes.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { smallApp } from '../documents.ts';

const [url = '', rate = '0', count = '0', connections = '1'] = process.argv.slice(2);
const perSecond = Number(rate);
const total = Number(count);
const { bytes } = smallApp();
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const headers = { 'content-type': 'application/json', 'content-length': bytes.byteLength };
const latenciesMs = new Float64Array(total);
let failures = 0;

/** Resolves when the answer is whole. */
function post(index: number, dueMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (isGood: boolean) => {
      latenciesMs[index] = performance.now() - dueMs;
      if (!isGood) failures += 1;
      resolve();
    };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode === 200));
    });
    asked.once('error', () => done(false));
    asked.end(bytes);
  });
}

async function atConstantRate(): Promise<void> {
  const startMs = performance.now();
  const answers: Promise<void>[] = [];
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSecond) / 1000));
    while (answers.length < due) answers.push(post(answers.length, startMs + (answers.length * 1000) / perSecond));
    await delay(1);
  }
  await Promise.all(answers);
}

async function asFastAsItGoes(): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < total) {
      const index = next;
      next += 1;
      await post(index, performance.now());
    }
  };
  await Promise.all(Array.from({ length: Number(connections) }, client));
}

const startMs = performance.now();
await (perSecond === 0 ? asFastAsItGoes() : atConstantRate());
const durationMs = performance.now() - startMs;
agent.destroy();
latenciesMs.sort();
const quantile = (share: number) => latenciesMs[Math.min(total - 1, Math.ceil(total * share) - 1)];
process.stdout.write(
  JSON.stringify({ failures, durationMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1) }),
);
