import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Isolator, type Listing } from '../../isolator/isolator.ts';
import { SCHEMA_VERSION } from '../../isolator/ledger/schema.ts';
import { damageText } from '../render/damage.ts';
import { volumeTitle } from '../render/step-title.ts';
import type { Check } from './check.ts';
import { check } from './check.ts';

/** Volumes that nobody uses, and whose release failed at least once. */
function checkReleases({ volumes }: Listing): Check {
  const title = 'failed releases';
  const failed = volumes.filter(({ attempts, containers }) => attempts > 0 && containers.length === 0);
  if (failed.length === 0) return check('failed-releases', title, 'none');
  const found = failed.map(
    (volume) => `${volumeTitle(volume)} (${volume.attempts} tries: ${volume.error ?? 'no reason'})`,
  );
  return check('failed-releases', title, found.join('; '), [
    'note',
    'mend what keeps the driver from it, then: dvdi release --all; for a driver that is gone: dvdi release --forget',
  ]);
}

function checkDamages({ damages }: Listing): Check[] {
  return damages.map((damage, index) =>
    check(`ledger-damage ${index}`, 'damaged ledger', damageText(damage), [
      'note',
      damage.placeholder === null
        ? 'compare `dvdi ls` with the mount table; then delete the file that was set aside'
        : `claims were lost: when all who had volumes then are gone, dvdi cleanup ${damage.placeholder}`,
    ]),
  );
}

/** The ledger of a state directory. Looking does not make one where there is none. */
export async function checkState(stateDirectory: string): Promise<Check[]> {
  const title = `ledger in ${stateDirectory}`;
  if (!existsSync(join(stateDirectory, 'ledger.sqlite'))) {
    return [check('ledger', title, 'none yet: nothing was prepared with this state directory')];
  }
  try {
    await using isolator = await Isolator.create({ stateDirectory, checkpoints: [] });
    const listing = await isolator.list();
    const { volumes, containers } = listing;
    const found = `version ${SCHEMA_VERSION}, ${containers.length} containers, ${volumes.length} volumes`;
    return [check('ledger', title, found), ...checkDamages(listing), checkReleases(listing)];
  } catch (error) {
    const advice = (error as { advice?: unknown }).advice;
    return [
      check('ledger', title, (error as Error).message, [
        'missing',
        typeof advice === 'string' ? advice : 'dvdi explain says more about the code',
      ]),
    ];
  }
}
