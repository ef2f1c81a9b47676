import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointImport, CheckpointRow, Finding, LedgerMount, Verdict } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { bootId } from '../system/boot-id.ts';
import { DirectoryError, errnoOf } from '../system/directory-error.ts';
import { distrustOf } from '../system/file-trust.ts';
import { MountError } from '../system/mount-error.ts';
import { identifyMount } from '../system/mount-identity.ts';
import { createRedactor } from '../system/redaction.ts';
import { DeadlineError, LOOK_TIMEOUT_MS, withDeadline } from './deadline.ts';
import type { EventListener } from './isolator-event.ts';
import type { Ledger } from './ledger/ledger.ts';

/** The file that the original isolator kept. */
const FILE = 'dvdimounts.pb';

/**
 * Where the original kept its checkpoint: in what is our state directory now (0.4.3 on), and under the agent's
 * `work_dir` (0.3 to 0.4.2), which only the operator can name: its default lay in /tmp, where anybody could put one.
 */
export function checkpointPlaces(stateDirectory: string | undefined, workDirectory: string | undefined): string[] {
  const places = stateDirectory === undefined ? [] : [join(stateDirectory, FILE)];
  return workDirectory === undefined ? places : [...places, join(workDirectory, 'meta', FILE)];
}

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

  constructor(path: string, got: string, cause?: unknown) {
    super(`${JSON.stringify(path)}: expected a checkpoint that can be read and trusted, or none; got ${got}`, {
      cause,
    });
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

/** What it says is unmounted as root one day: it must be nobody's but root's, or ours. */
async function readUnlessMissing(path: string): Promise<Uint8Array | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CheckpointError(path, code ?? String(error), error);
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new CheckpointError(path, 'something that is no file');
    const distrust = distrustOf(found);
    if (distrust !== null) throw new CheckpointError(path, `one, but ${distrust}`);
    return await file.readFile();
  } catch (error) {
    throw error instanceof CheckpointError ? error : new CheckpointError(path, errnoOf(error) ?? String(error), error);
  } finally {
    await file.close();
  }
}
