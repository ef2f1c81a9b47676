import { DatabaseSync } from 'node:sqlite';
import type { MountTable } from '../../system/mount-table.ts';
import { DAMAGES_MAX, dated, type LedgerDamage, parseDamages } from './damage-report.ts';
import type { ProcessRecord } from './ledger.ts';
import { RebuiltRows } from './rebuilt-rows.ts';
import type { Salvaged } from './salvage.ts';

/** What a rebuilding needs to know of the machine. */
export interface RebuildWorld {
  readonly boot: string;
  readonly nowMs: () => number;
  readonly readMounts: () => Promise<MountTable>;
  /** The process that lives as long as this boot: what stands for lost claims ends with it. */
  readonly firstProcess: () => ProcessRecord;
}

/**
 * Fills a new ledger with what was salvaged. Volumes whose mount is there stay as they were, others are uncertain.
 * @param path the new ledger, closed; it is closed again afterwards
 */
export async function rebuild(
  path: string,
  salvaged: Salvaged,
  found: Pick<LedgerDamage, 'reason' | 'setAside'>,
  world: RebuildWorld,
): Promise<LedgerDamage> {
  const mounts = await world.readMounts();
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
    const rows = new RebuiltRows(database, salvaged, { mounts, boot: world.boot, nowMs: world.nowMs() });
    rows.addNames();
    rows.addClaims();
    const placeholder = rows.addPlaceholder(`unreadable-claims-${dated(world.nowMs())}`, world.firstProcess);
    const damage: LedgerDamage = {
      atMs: world.nowMs(),
      ...found,
      rowsKept: rows.kept,
      rowsMended: rows.mended,
      rowsLost: rows.lost,
      isComplete: Object.values(salvaged).every((table) => table.isComplete),
      placeholder,
    };
    noteDamage(database, damage);
    database.exec('COMMIT');
    return damage;
  } finally {
    database.close();
  }
}

function noteDamage(database: DatabaseSync, damage: LedgerDamage): void {
  const row = database.prepare("SELECT value FROM meta WHERE key = 'damages'").get();
  const damages = [...parseDamages(typeof row?.value === 'string' ? row.value : null), damage].slice(-DAMAGES_MAX);
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('damages', ?)").run(JSON.stringify(damages));
}
