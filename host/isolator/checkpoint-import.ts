import { readFile } from 'node:fs/promises';
import type { CheckpointImport, CheckpointRow, Finding, LedgerMount, Verdict } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { createRedactor } from '../driver/redaction.ts';
import { bootId } from '../system/boot-id.ts';
import { DirectoryError, errnoOf } from '../system/directory-error.ts';
import { MountError } from '../system/mount-error.ts';
import { identifyMount } from '../system/mount-identity.ts';
import { DeadlineError, LOOK_TIMEOUT_MS, withDeadline } from './deadline.ts';
import type { EventListener } from './isolator-event.ts';
import type { Ledger } from './ledger/ledger.ts';

/** What was found in an old checkpoint. */
export interface ImportedCheckpoint {
  readonly path: string;
  /** `deny` when nothing of the file can be trusted: then none was taken over, and the next start looks again. */
  readonly verdict: Verdict;
  /** How many mounts it names. */
  readonly rows: number;
  readonly findings: readonly Finding[];
}

/** An old checkpoint that is there and cannot be read. Nothing was taken over. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-unreadable';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(
      `${JSON.stringify(path)}: expected a checkpoint that can be read, or none (${errnoOf(cause) ?? String(cause)})`,
      {
        cause,
      },
    );
    this.path = path;
  }
}

/**
 * Takes over what the original isolator has left in its checkpoints, once in the life of a ledger and before anything
 * else is done with it: all files, or none when one of them cannot be trusted. The files stay as they are.
 * @returns what was found; nothing when there is no file, or the ledger has looked before.
 * @throws {CheckpointError | CoreError | LedgerError}
 */
export async function importCheckpoints(
  { core, ledger, onEvent }: { readonly core: Core; readonly ledger: Ledger; readonly onEvent: EventListener },
  paths: readonly string[],
): Promise<ImportedCheckpoint[]> {
  if (paths.length === 0 || (await ledger.read((rows) => rows.hasImported()))) return [];
  const found: { readonly path: string; readonly answer: CheckpointImport }[] = [];
  for (const path of paths) {
    const bytes = await readUnlessMissing(path);
    if (bytes !== null) found.push({ path, answer: core.importCheckpoint(bytes) });
  }
  const isTrusted = found.every(({ answer }) => answer.verdict !== 'deny');
  const rows = found.flatMap(({ answer }) => answer.rows);
  if (isTrusted && !(await takeOver(ledger, rows))) return [];
  return found.map(({ path, answer }) => {
    const { verdict } = answer;
    const findings = createRedactor(answer.rows).document(answer.findings);
    const count = isTrusted ? answer.rows.length : 0;
    onEvent({ type: 'checkpoint-imported', container: null, path, rows: count, findings });
    return { path, verdict, rows: count, findings };
  });
}

/** @returns false when another isolator was faster. */
async function takeOver(ledger: Ledger, rows: readonly CheckpointRow[]): Promise<boolean> {
  const mounts = await Promise.all(rows.map(({ mountpoint }) => (mountpoint === null ? null : mountAt(mountpoint))));
  return await ledger.change((writer) => {
    if (writer.hasImported()) return false;
    writer.addCheckpoint(rows);
    for (const [index, { driver, name, mountpoint }] of rows.entries()) {
      const mount = mounts[index] ?? null;
      const row = writer.volume({ driver, name });
      if (mount === null || row?.state !== 'mounted' || row.mount !== null || row.mountpoint !== mountpoint) continue;
      writer.noteVolume({ driver, name }, { state: 'mounted', mountpoint, mount });
    }
    writer.noteImported();
    return true;
  });
}

/**
 * The mount at a volume's mountpoint. One above it is not taken for the volume's own: that may be any, and would be
 * taken away one day.
 */
async function mountAt(path: string): Promise<LedgerMount | null> {
  try {
    const late = () => new DeadlineError(`looking at ${JSON.stringify(path)}`, LOOK_TIMEOUT_MS);
    const found = await withDeadline(identifyMount(path), LOOK_TIMEOUT_MS, late);
    const { mountId: id, device, mountpoint, isRoot } = found;
    return isRoot && mountpoint !== '/' ? { path: mountpoint, id, device, boot: bootId() } : null;
  } catch (error) {
    if (error instanceof DirectoryError || error instanceof MountError || error instanceof DeadlineError) return null;
    throw error;
  }
}

async function readUnlessMissing(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw new CheckpointError(path, error);
  }
}
