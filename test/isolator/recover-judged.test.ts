import { Isolator } from '../../host/isolator/isolator.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { loadCoverageCore } from '../support/core.ts';

test('a container that was not in the ledger when the runtime was asked is kept', async () => {
  const ledger = await SqliteLedger.open({ memory: true });
  await ledger.change((rows) => {
    for (const container of ['old', 'old-running', 'new']) {
      rows.intend({ container, requestHash: 'x', process: null }, []);
      rows.finish(container, '{}');
    }
  });
  await using isolator = await Isolator.create({ ledger, core: await loadCoverageCore() });
  const judged = new Set(['old', 'old-running', 'never-there']);
  const { plan } = await isolator.recover({ running: ['old-running'], orphans: [], judged });
  expect(plan.gone).toEqual(['old']);
  const { containers } = await isolator.list();
  expect(containers.map(({ container }) => container)).toEqual(['old-running', 'new']);
  ledger.close();
});
