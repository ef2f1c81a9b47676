import { copyAnswer } from '../../host/core/answer-copy.ts';
import { loadCoverageCore } from '../support/core.ts';

test('copies are what was copied, and stay so, of whatever size and however many', () => {
  const copies: Uint8Array[] = [];
  const source = new Uint8Array(9000);
  const lengthOf = (index: number) => [0, 1, 100, 4096, 4097, 9000][index % 6] ?? 0;
  for (let index = 0; index < 200; index++) {
    source.fill(index);
    copies.push(copyAnswer(source.subarray(0, lengthOf(index))));
  }
  copies.forEach((copy, index) => {
    expect(copy).toEqual(new Uint8Array(lengthOf(index)).fill(index));
  });
});

test('a small copy shares a buffer, a large one has its own', () => {
  expect(copyAnswer(new Uint8Array(100)).buffer.byteLength).toBeGreaterThan(100);
  expect(copyAnswer(new Uint8Array(5000)).buffer.byteLength).toBe(5000);
});

test('an answer stays what it was while the core answers others', async () => {
  const core = await loadCoverageCore();
  const encoder = new TextEncoder();
  const first = core.inspectBytes(0, encoder.encode('{"DVDI_VOLUME_NAME":"data"}'));
  const before = first.slice();
  for (let call = 0; call < 100; call++) core.inspectBytes(0, encoder.encode(`{"A":"${call}"}`));
  expect(first).toEqual(before);
});
