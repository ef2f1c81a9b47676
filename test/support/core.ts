import { Core } from '../../host/core/index.ts';
import { loadCountingModule } from './coverage/collect.ts';

/**
 * The core with counters behind the host's own typed calls: the same code as `build/dvdi.wasm`, and what a test does
 * with it shows in the coverage report of `assembly/`. Every test of a decision takes this one.
 */
export async function loadCoverageCore(): Promise<Core> {
  return Core.load(await loadCountingModule('dvdi.coverage'));
}
