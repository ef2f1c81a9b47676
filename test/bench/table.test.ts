import { renderTable } from '../../bench/table.ts';

test('a table has a line for each row, its values in their units, and says what is missed', () => {
  const table = renderTable([
    {
      name: 'start',
      what: 'start to exit',
      unit: 'ms',
      value: 81.26,
      peer: { name: 'node -e 0', value: 40, ratio: 2.0315 },
      target: { of: 'ratio', atMost: 2, tolerance: 1.25 },
    },
    {
      name: 'wasm',
      what: 'size',
      unit: 'bytes',
      value: 71_690,
      peer: null,
      target: { of: 'value', atMost: 81_920, tolerance: 1 },
    },
    { name: 'wasm', what: 'first call', unit: 'µs', value: 1400.4, peer: null, target: null },
  ]);
  expect(table).toBe(`\
figure  measured       value        peer       peer's   ratio  target         met
──────  ─────────────  ───────────  ─────────  ───────  ─────  ─────────────  ───
start   start to exit  81.3 ms      node -e 0  40.0 ms  2.031  ≤ 2            NO
wasm    size           71690 bytes                             ≤ 81920 bytes  yes
wasm    first call     1400 µs
`);
});
