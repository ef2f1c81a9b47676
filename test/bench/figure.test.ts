import { isMet, isMissedBadly, type Row, shareOfTarget, type Target } from '../../bench/figure.ts';

const row = (value: number, target: Target | null, ratio: number | null = null): Row => ({
  name: 'figure',
  what: 'something',
  unit: 'ms',
  value,
  peer: ratio === null ? null : { name: 'peer', value: value / ratio, ratio },
  target,
});

const atMostTen: Target = { of: 'value', atMost: 10, tolerance: 1.25 };
const atMostTwice: Target = { of: 'ratio', atMost: 2, tolerance: 1.25 };

describe('a target', () => {
  test.each([
    { measured: row(10, atMostTen), share: 1, met: true, badly: false },
    { measured: row(10.1, atMostTen), share: 1.01, met: false, badly: false },
    { measured: row(12.5, atMostTen), share: 1.25, met: false, badly: false },
    { measured: row(12.6, atMostTen), share: 1.26, met: false, badly: true },
    { measured: row(11, { ...atMostTen, tolerance: 1 }), share: 1.1, met: false, badly: true },
    { measured: row(100, atMostTwice, 1.5), share: 0.75, met: true, badly: false },
    { measured: row(1, atMostTwice, 3), share: 1.5, met: false, badly: true },
  ])('$measured.value ms, share $share', ({ measured, share, met, badly }) => {
    expect(shareOfTarget(measured)).toBeCloseTo(share, 10);
    expect(isMet(measured)).toBe(met);
    expect(isMissedBadly(measured)).toBe(badly);
  });

  test('is neither met nor missed where there is none', () => {
    expect(shareOfTarget(row(10, null))).toBeNull();
    expect(isMet(row(10, null))).toBeNull();
    expect(isMissedBadly(row(10, null))).toBe(false);
  });

  test('that is a ratio needs a peer', () => {
    expect(() => shareOfTarget(row(10, atMostTwice))).toThrow('expected a peer for a target that is a ratio');
  });
});
