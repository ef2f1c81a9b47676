import { mkdir } from 'node:fs/promises';
import type { Claim, LedgerMount, LedgerState, VolumeId } from '../../host/core/documents.ts';
import { Isolator, type IsolatorOptions } from '../../host/isolator/isolator.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import type { Ledger } from '../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { bootId } from '../../host/system/boot-id.ts';
import { identifyMount } from '../../host/system/mount-identity.ts';
import { createTmpfsDriver, type Faults, type TmpfsDriver } from './tmpfs-driver.ts';

const CALL = { timeoutMs: 30_000 };

/** A state directory, a driver with real mounts, and any number of isolators that share both. */
export interface LedgerWorld {
  readonly stateDirectory: string;
  readonly driver: TmpfsDriver;
  readonly events: IsolatorEvent[];
  /** Opens one more isolator; the caller closes it. */
  open(options?: Partial<IsolatorOptions>): Promise<Isolator>;
}

export async function makeLedgerWorld(directory: string, faults: Faults = {}): Promise<LedgerWorld> {
  await mkdir(`${directory}/volumes`);
  const driver = createTmpfsDriver(`${directory}/volumes`, faults);
  const stateDirectory = `${directory}/state`;
  const events: IsolatorEvent[] = [];
  const open = (options: Partial<IsolatorOptions> = {}) =>
    Isolator.create({
      policy: { transport: 'plugin', sharing: 'allow' },
      stateDirectory,
      drivers: { plugin: driver },
      onEvent: (event) => void events.push(event),
      ...options,
    });
  return { stateDirectory, driver, events, open };
}

export function volumeId(name: string): VolumeId {
  return { driver: 'tmpfs', name };
}

export function claimOn(name: string, container: string, path: string | null = null): Claim {
  return { ...volumeId(name), container, options: [], path, mode: 'rw', transport: { kind: 'plugin' }, step: 0 };
}

/** Opens the ledger of a world, changes it as a host would have done before it was killed, and closes it. */
export async function changeLedger(stateDirectory: string, work: Parameters<Ledger['change']>[0]): Promise<void> {
  const ledger = await SqliteLedger.open({ stateDirectory });
  try {
    await ledger.change(work);
  } finally {
    ledger.close();
  }
}

/** Everything that a ledger knows, in short. */
export async function contentsOf(stateDirectory: string): Promise<string[]> {
  const ledger = await SqliteLedger.open({ stateDirectory });
  try {
    return await ledger.read((rows) => [
      ...rows.containers().map(({ container, state }) => `container ${container} ${state}`),
      ...rows.volumes().map(({ name, state, containers }) => `volume ${name} ${state} of ${containers.join(' ')}`),
      ...rows.directories().map(({ path }) => `directory ${path}`),
    ]);
  } finally {
    ledger.close();
  }
}

/** Mounts a volume as its driver would, and gives what a host would note of it. */
export async function mountVolume(
  driver: TmpfsDriver,
  name: string,
): Promise<{ mountpoint: string; mount: LedgerMount }> {
  const mountpoint = await driver.mount({ ...CALL, volume: volumeId(name), options: [], create: true });
  const { mountId: id, device } = await identifyMount(mountpoint);
  return { mountpoint, mount: { path: mountpoint, id, device, boot: bootId() } };
}

export async function unmountVolume(driver: TmpfsDriver, name: string): Promise<void> {
  await driver.unmount({ ...CALL, volume: volumeId(name) });
}

/** What a volume's row says when nothing is mounted. */
export function nowhere(state: LedgerState): { state: LedgerState; mountpoint: null; mount: null } {
  return { state, mountpoint: null, mount: null };
}
