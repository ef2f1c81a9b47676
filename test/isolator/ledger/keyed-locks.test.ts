import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { KeyedLocks } from '../../../host/isolator/ledger/keyed-locks.ts';

/** Whether a promise is settled once everything that can happen without it has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await turn();
  return settled;
}

test('one name is held by one at a time, first come, first served', async () => {
  const locks = new KeyedLocks();
  const first = await locks.acquire(['a']);
  const second = locks.acquire(['a']);
  const third = locks.acquire(['a']);
  expect(await isSettled(second)).toBe(false);
  first[Symbol.dispose]();
  const held = await second;
  expect(await isSettled(third)).toBe(false);
  held[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  expect(locks.size).toBe(0);
});

test('different names never wait for each other', async () => {
  const locks = new KeyedLocks();
  using _held = await locks.acquire(['a', 'b']);
  using _other = await locks.acquire(['c']);
  using _none = await locks.acquire([]);
  expect(locks.size).toBe(3);
});

test('the same name twice in one call is one', async () => {
  const locks = new KeyedLocks();
  using _held = await locks.acquire(['a', 'a']);
  expect(locks.size).toBe(1);
});

test('disposing twice does not free the next holder', async () => {
  const locks = new KeyedLocks();
  const first = await locks.acquire(['a']);
  first[Symbol.dispose]();
  using _second = await locks.acquire(['a']);
  first[Symbol.dispose]();
  expect(await isSettled(locks.acquire(['a']))).toBe(false);
});

test('who gives up keeps the order: nobody behind overtakes those before', async () => {
  const locks = new KeyedLocks();
  const first = await locks.acquire(['a']);
  const controller = new AbortController();
  const second = locks.acquire(['a'], controller.signal);
  const third = locks.acquire(['a']);
  controller.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  expect(await isSettled(third)).toBe(false);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  await turn();
  expect(locks.size).toBe(0);
});

test('who has given up already takes no place', async () => {
  const locks = new KeyedLocks();
  await expect(locks.acquire(['a'], AbortSignal.abort(new Error('never mind')))).rejects.toThrow('never mind');
  expect(locks.size).toBe(0);
});

test('any mix of names and orders ends, holds each name once at a time, and keeps each queue in order', async () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(names, { maxLength: 25 }), async (requests) => {
      const locks = new KeyedLocks();
      const holders = new Map<string, number>();
      const served = new Map<string, number[]>();
      await Promise.all(
        requests.map(async (request, index) => {
          using _lock = await locks.acquire(request);
          for (const name of request) {
            expect(holders.has(name)).toBe(false);
            holders.set(name, index);
            served.set(name, [...(served.get(name) ?? []), index]);
          }
          await turn();
          for (const name of request) holders.delete(name);
        }),
      );
      for (const order of served.values()) expect(order).toEqual(order.toSorted((one, other) => one - other));
      expect(locks.size).toBe(0);
    }),
    { numRuns: 50 },
  );
});
