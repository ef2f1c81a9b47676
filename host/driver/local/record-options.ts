import { LocalDriverError, quote } from './error.ts';
import type { VolumeOptions } from './options.ts';
import type { BackingKind, VolumeRecord } from './record.ts';

/** The seed's first filesystem, and REX-Ray's default. */
const FILESYSTEM_DEFAULT = 'ext4';

export interface NewRecordSettings {
  readonly store: { readonly driver: string };
  readonly backing: BackingKind;
  readonly sizeDefaultGib: number;
  readonly boot: string;
  readonly now: () => Date;
}

/** The record of a volume that is about to be made. */
export function newRecord(name: string, asked: VolumeOptions, settings: NewRecordSettings): VolumeRecord {
  return {
    format: 1,
    driver: settings.store.driver,
    name,
    createdAt: settings.now().toISOString(),
    backing: settings.backing,
    sizeGib: asked.sizeGib ?? settings.sizeDefaultGib,
    filesystem: asked.filesystem ?? FILESYSTEM_DEFAULT,
    overwrite: asked.overwrite ?? false,
    iops: asked.iops ?? null,
    volumeType: asked.volumeType ?? null,
    boot: settings.boot,
    mountedFor: [],
    lease: null,
  };
}

/** The record of a volume whose content is made anew: what was asked for, and for the rest what it had. */
export function renewedRecord(record: VolumeRecord, asked: VolumeOptions): VolumeRecord {
  return {
    ...record,
    sizeGib: asked.sizeGib ?? record.sizeGib,
    filesystem: asked.filesystem ?? record.filesystem,
    overwrite: asked.overwrite ?? record.overwrite,
    iops: asked.iops ?? record.iops,
    volumeType: asked.volumeType ?? record.volumeType,
  };
}

/**
 * Checks that a volume has what a Create asks for. An option that is not given asks for nothing; `overwritefs` says
 * what to do and not what the volume is.
 *
 * @throws {LocalDriverError} `volume-differs` that names every option
 */
export function requireSameOptions(record: VolumeRecord, asked: VolumeOptions): void {
  const pairs = [
    ['size', record.sizeGib, asked.sizeGib],
    ['newfstype', record.filesystem, asked.filesystem],
    ['iops', record.iops, asked.iops],
    ['volumetype', record.volumeType, asked.volumeType],
  ] as const;
  const different = pairs
    .filter(([, has, wants]) => wants !== undefined && wants !== has)
    .map(([key, has, wants]) => `${key}=${has ?? 'not set'}, not ${wants}`);
  if (different.length === 0) return;
  throw new LocalDriverError(
    'volume-differs',
    `volume ${quote(record.name)} exists with other options (${different.join('; ')}): ask for what it has, remove it ` +
      'first, or give overwritefs=true to have it made anew, empty',
  );
}
