import { extremeShapes, largeApp, smallApp, smallCompactApp } from '../../bench/documents.ts';
import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

test.each([
  { sample: smallApp(), size: 2 * KIBIBYTE },
  { sample: smallCompactApp(), size: 2 * KIBIBYTE },
  { sample: largeApp(), size: MEBIBYTE },
  ...extremeShapes().map((sample) => ({ sample, size: MEBIBYTE })),
])('$sample.name: as large as it says, two volumes, no finding', ({ sample, size }) => {
  expect(sample.bytes.byteLength).toBe(size);
  const { kind, verdict, requests, findings } = core.inspect(0, sample.bytes);
  expect({ kind, verdict, findings }).toEqual({ kind: 'marathon-app', verdict: 'allow', findings: [] });
  expect(requests.map(({ name }) => name)).toEqual(['orders-data', 'orders-log']);
});
