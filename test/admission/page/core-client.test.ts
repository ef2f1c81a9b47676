import { jest } from '@jest/globals';
import type { Check, CheckRequest, WorkerMessage } from '../../../host/admission/page/checking.ts';
import { CoreClient } from '../../../host/admission/page/core-client.ts';

/** A worker that does what the test says, and notes what it is told. */
class ScriptedWorker extends EventTarget {
  readonly told: CheckRequest[] = [];
  isEnded = false;

  postMessage(request: CheckRequest): void {
    this.told.push(request);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(data: WorkerMessage | { about: 'core' }): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  answer(id: number): void {
    this.say({ about: 'check', id, check: checkOf(id) });
  }
}

const checkOf = (id: number) => ({ id }) as unknown as Check;
const request = (id: number): CheckRequest => ({ id, document: '', policy: '', kind: 0, now: '' });

function start() {
  const workers: ScriptedWorker[] = [];
  const heard: unknown[] = [];
  const client = new CoreClient(
    () => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    {
      onLoaded: () => heard.push('loaded'),
      onCheck: (check) => heard.push(check),
      onFailure: ({ code }) => heard.push(code),
    },
  );
  const latest = () => workers.at(-1) as ScriptedWorker;
  return { client, workers, latest, heard };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('asks once the core is there, one question at a time, and of those that wait the last one', () => {
  const { client, latest, heard } = start();
  client.check(request(1));
  client.check(request(2));
  expect(latest().told).toEqual([]);
  latest().say({ about: 'core' });
  expect(latest().told.map(({ id }) => id)).toEqual([2]);
  client.check(request(3));
  client.check(request(4));
  latest().answer(2);
  expect(latest().told.map(({ id }) => id)).toEqual([2, 4]);
  latest().answer(4);
  // What was said to the second is of a text that was changed meanwhile.
  expect(heard).toEqual(['loaded', checkOf(4)]);
});

test('a worker that does not answer is ended and told of, and the next question starts another', () => {
  const { client, workers, latest, heard } = start();
  latest().say({ about: 'core' });
  client.check(request(1));
  jest.advanceTimersByTime(3_000);
  expect(heard).toEqual(['loaded', 'core-deadline']);
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true]);
  client.check(request(2));
  latest().say({ about: 'core' });
  latest().answer(2);
  expect(heard).toEqual(['loaded', 'core-deadline', 'loaded', checkOf(2)]);
  expect(workers).toHaveLength(2);
});

test('when a later question waits for one that hangs, it is asked of a fresh worker without a word', () => {
  const { client, workers, latest, heard } = start();
  latest().say({ about: 'core' });
  client.check(request(1));
  client.check(request(2));
  jest.advanceTimersByTime(3_000);
  latest().say({ about: 'core' });
  expect(latest().told.map(({ id }) => id)).toEqual([2]);
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  expect(heard).toEqual(['loaded', 'loaded']);
});

test('a core that does not come, and a worker that does not start, are told of', () => {
  const late = start();
  jest.advanceTimersByTime(30_000);
  expect(late.heard).toEqual(['core-deadline']);
  const broken = start();
  broken.latest().dispatchEvent(new Event('error'));
  expect(broken.heard).toEqual(['core-not-loaded']);
  const refused = start();
  const failure = { code: 'core-abi', message: '', documentSha256: null };
  refused.latest().say({ about: 'core-not-loaded', failure });
  expect(refused.heard).toEqual(['core-abi']);
  expect(jest.getTimerCount()).toBe(0);
});

test('after a failure the same worker is asked again', () => {
  const { client, workers, latest, heard } = start();
  latest().say({ about: 'core' });
  client.check(request(1));
  latest().say({
    about: 'failure',
    id: 1,
    failure: { code: 'core-fault', message: '', documentSha256: null },
  });
  client.check(request(2));
  latest().answer(2);
  expect(heard).toEqual(['loaded', 'core-fault', checkOf(2)]);
  expect(workers).toHaveLength(1);
});
