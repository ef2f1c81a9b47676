import type { Claim, LedgerMount, LedgerVolume, Transport, VolumeId, VolumeOption } from '../../core/documents.ts';
import type { Row } from './connection.ts';
import type { ContainerRecord, VolumeRecord } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';

// What stands in the tables was checked by their constraints when it was written: a row is taken by its word.

/** Columns of `volumes` that `volumeOf` and `volumeRecordOf` read. */
export const VOLUME_COLUMNS =
  'id, driver, name, options, transport, mountpoint, mount_path, mount_id, mount_device, mount_boot, state, users, ' +
  'attempts, retry_uptime_ms, retry_boot, error, changed_ms';

/** @param ownUses 1 when the container that asks claims the volume itself, else 0 */
export function volumeOf(row: Row, ownUses: number): LedgerVolume {
  return { ...commonOf(row), users: Number(row.users) - ownUses };
}

export function volumeRecordOf(row: Row, containers: readonly string[]): VolumeRecord {
  const retryBoot = row.retry_boot as string | null;
  return {
    ...commonOf(row),
    containers,
    attempts: Number(row.attempts),
    retry: retryBoot === null ? null : { uptimeMs: Number(row.retry_uptime_ms), boot: retryBoot },
    error: row.error as string | null,
    changedMs: Number(row.changed_ms),
  };
}

export function volumeIdOf(row: Row): VolumeId {
  return { driver: row.driver as string, name: row.name as string };
}

export function containerOf(row: Row): ContainerRecord {
  const boot = row.boot as string | null;
  return {
    container: row.name as string,
    state: row.state as ContainerRecord['state'],
    requestHash: row.request_hash as string | null,
    answer: row.answer as string | null,
    process: boot === null ? null : { pid: Number(row.pid), startTicks: Number(row.start_ticks), boot },
    createdMs: Number(row.created_ms),
  };
}

/** @param row of `claims`, joined with driver and name of its volume */
export function claimOf(row: Row, container: string): Claim {
  return {
    container,
    ...volumeIdOf(row),
    options: jsonOf(row.options) as VolumeOption[],
    path: row.path as string | null,
    mode: row.mode as Claim['mode'],
    transport: jsonOf(row.transport) as Transport,
    step: Number(row.step),
  };
}

/** The values of the columns `mount_path, mount_id, mount_device, mount_boot`. */
export function mountValues(mount: LedgerMount | null): [string | null, number | null, string | null, string | null] {
  return mount === null ? [null, null, null, null] : [mount.path, mount.id, mount.device, mount.boot];
}

function commonOf(row: Row): Omit<LedgerVolume, 'users' | 'presence'> {
  return {
    ...volumeIdOf(row),
    options: jsonOf(row.options) as VolumeOption[],
    mountpoint: row.mountpoint as string | null,
    mount: mountOf(row),
    state: row.state as LedgerVolume['state'],
    transport: jsonOf(row.transport) as Transport,
  };
}

/** @throws {LedgerError} `ledger-damaged`: the tables' constraints let in nothing but JSON */
function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch (error) {
    throw new LedgerError(
      'ledger-damaged',
      'the ledger: expected JSON in a row, got something else',
      'open it again: it is then checked, set aside and rebuilt',
      error,
    );
  }
}

function mountOf(row: Row): LedgerMount | null {
  const path = row.mount_path as string | null;
  if (path === null) return null;
  return {
    path,
    id: Number(row.mount_id),
    device: row.mount_device as string,
    boot: row.mount_boot as string,
  };
}
