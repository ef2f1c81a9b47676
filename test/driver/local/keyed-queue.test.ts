import { KeyedQueue } from '../../../host/driver/local/keyed-queue.ts';

test('one key in order, also after a failure; other keys do not wait', async () => {
  const queue = new KeyedQueue();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run('a', async () => {
    await gate.promise;
    done.push('a1');
    throw new Error('a1 fails');
  });
  const second = queue.run('a', async () => done.push('a2'));
  await queue.run('b', async () => done.push('b1'));
  expect(done).toEqual(['b1']);
  gate.resolve();
  await expect(first).rejects.toThrow('a1 fails');
  await second;
  expect(done).toEqual(['b1', 'a1', 'a2']);
});

test('idle waits for work that comes in meanwhile', async () => {
  const queue = new KeyedQueue();
  const done: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  void queue.run('a', async () => {
    last = queue.run('b', async () => done.push('b'));
    done.push('a');
  });
  await queue.idle();
  expect(done).toEqual(['a', 'b']);
  await last;
});
