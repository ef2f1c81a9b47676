import { Limiter } from '../../host/isolator/limiter.ts';

test('no more than so many go on at a time, first come, first served, failures too', async () => {
  const limiter = new Limiter(2);
  const order: string[] = [];
  const gates = ['a', 'b', 'c', 'd'].map((name) => ({ name, ...Promise.withResolvers<void>() }));
  const runs = gates.map(({ name, promise }) =>
    limiter.run(async () => {
      order.push(`begin ${name}`);
      await promise;
      order.push(`end ${name}`);
    }),
  );
  await Promise.resolve();
  expect(order).toEqual(['begin a', 'begin b']);
  gates[1]?.reject(new Error('no'));
  await expect(runs[1]).rejects.toThrow('no');
  gates[0]?.resolve();
  await runs[0];
  gates[2]?.resolve();
  gates[3]?.resolve();
  await Promise.all([runs[2], runs[3]]);
  expect(order.slice(2, 4)).toEqual(['begin c', 'end a']);
  expect(order.at(-1)).toBe('end d');
  expect(await limiter.run(async () => 'free')).toBe('free');
});
