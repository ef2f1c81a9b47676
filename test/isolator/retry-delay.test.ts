import { retryDelayMs } from '../../host/isolator/retry-delay.ts';

test('a delay doubles from one second to ten minutes', () => {
  const delays = [1, 2, 3, 4, 9, 10, 11, 12, 1_000_000].map((attempts) => retryDelayMs(attempts, 0.5));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 512_000, 600_000, 600_000, 600_000]);
});

test('it lies within a fifth of that, by chance', () => {
  expect(retryDelayMs(1, 0)).toBe(800);
  expect(retryDelayMs(1, 0.999_999)).toBe(1_200);
  expect(retryDelayMs(20, 0)).toBe(480_000);
});
