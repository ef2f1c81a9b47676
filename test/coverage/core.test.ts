import { CoreError } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { reportCounts } from '../support/coverage/collect.ts';
import type { FileCoverage } from '../support/coverage/file-map.ts';

const global = globalThis as { __coverage__?: Record<string, FileCoverage> };

/** Total of what the counters of one source say so far in this test file. */
function countsOf(name: string): number {
  reportCounts();
  const coverage = global.__coverage__?.[`${process.cwd()}/${name}`];
  return Object.values(coverage?.s ?? {}).reduce((sum, count) => sum + count, 0);
}

test('what the host’s calls make the core do is counted, also by the instance that follows a trapped one', async () => {
  const core = await loadCoverageCore();
  expect(core.describe().name).toBe('mesos-module-dvdi');
  const described = countsOf('assembly/admit/describe.ts');
  expect(described).toBeGreaterThan(0);

  // There is no such kind: an assertion fails, which traps.
  const second = await loadCoverageCore();
  expect(() => second.inspect(999, '{}')).toThrow(CoreError);
  expect(second.describe().name).toBe('mesos-module-dvdi');
  expect(countsOf('assembly/abi/panic.ts')).toBeGreaterThan(0);
  expect(countsOf('assembly/admit/describe.ts')).toBe(described * 2);
});
