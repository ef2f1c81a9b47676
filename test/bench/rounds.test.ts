import { batches, compare, median } from '../../bench/rounds.ts';

describe('median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 4, 8], 6],
  ])('of %j is %d', (numbers, expected) => expect(median(numbers)).toBe(expected));

  test('of nothing is an error', () => expect(() => median([])).toThrow('expected numbers to take the median of'));
});

describe('compare', () => {
  test('lets the two begin in turns', async () => {
    const order: string[] = [];
    const contestant = (name: string) => () => {
      order.push(name);
      return 1;
    };
    const { rounds } = await compare(contestant('ours'), contestant('peer'), 3);
    expect(rounds).toBe(3);
    expect(order).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
  });

  test('takes the ratio of each round, so that a slow moment of the machine counts for both', async () => {
    const slowness = [1, 50, 1];
    const ours = slowness.map((factor) => 2 * factor);
    const peer = slowness.map((factor) => 4 * factor);
    const times = await compare(
      () => ours.shift() as number,
      async () => peer.shift() as number,
      3,
    );
    expect(times).toEqual({ ours: 2, peer: 4, ratio: 0.5, rounds: 3 });
  });
});

describe('batches', () => {
  test('gives the time of one call', () => {
    const bytes = new Uint8Array(8);
    const timed = batches(() => bytes.slice());
    const oneMs = timed();
    expect(oneMs).toBeGreaterThan(0);
    expect(oneMs).toBeLessThan(1);
  });

  test('refuses work that gives nothing', () => {
    expect(() => batches(() => new Uint8Array(0))).toThrow('expected the work to give bytes');
  });
});
