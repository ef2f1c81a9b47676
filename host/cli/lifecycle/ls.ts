import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../isolator/clock.ts';
import { Isolator, type Listing } from '../../isolator/isolator.ts';
import { bootId } from '../../system/boot-id.ts';
import { printableJson, printableText } from '../../system/printable-text.ts';
import { createRedactor } from '../../system/redaction.ts';
import type { ListOptions } from '../commands/ls.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { damageText } from '../render/damage.ts';
import { type Now, renderContainers, renderVolumes } from '../render/listing.ts';

/** What the ledger has; null when there is none: looking must not make one. */
async function readListing(stateDirectory: string): Promise<Listing | null> {
  if (!existsSync(join(stateDirectory, 'ledger.sqlite'))) return null;
  await using isolator = await Isolator.create({ stateDirectory, checkpoints: [] });
  return isolator.list();
}

function now(): Now {
  return { wallMs: Date.now(), uptimeMs: systemClock.uptimeMs(), boot: bootId() };
}

/** The answer of a container as the document that it is. */
function asData({ volumes, containers, damages }: Listing): object {
  return {
    volumes,
    containers: containers.map((record) => ({
      ...record,
      answer: record.answer === null ? null : JSON.parse(record.answer),
    })),
    damages,
  };
}

/**
 * Prints what the ledger knows.
 * @returns the exit code
 */
export async function listVolumes(options: ListOptions, context: Context): Promise<number> {
  const found = await readListing(options.stateDir);
  const { stdout, stderr } = context;
  if (found === null && !options.quiet && !options.json) {
    stderr.line(`dvdi: nothing was prepared with ${printableText(options.stateDir)} yet: there is no ledger`);
  }
  const listing = createRedactor(found).document(found ?? { volumes: [], containers: [], damages: [] });
  if (options.json) {
    stdout.line(printableJson(asData(listing)));
    return exitCodes.ok;
  }
  const { volumes, containers, damages } = listing;
  for (const damage of damages) stderr.line(`dvdi: ${damageText(damage)}`);
  const tables = [renderVolumes(volumes, now(), stdout.palette)];
  if (options.containers) tables.push(renderContainers(containers, volumes, now(), stdout.palette));
  stdout.line(tables.join('\n\n'));
  return exitCodes.ok;
}
