import type { VolumeListing } from '../../isolator/isolator.ts';
import type { ContainerRecord, ProcessRecord } from '../../isolator/ledger/ledger.ts';
import type { Palette } from '../../system/palette.ts';
import { renderTable } from '../../system/table.ts';

/** The moment at which a listing is shown. */
export interface Now {
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** Milliseconds since the machine was started. */
  readonly uptimeMs: number;
  readonly boot: string;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A time for a person, in its largest unit: `12 s`, `3 min`, `5 h`, `9 d`. A clock that was set back gives `0 s`. */
export function ageText(ageMs: number): string {
  if (ageMs < minuteMs) return `${Math.max(0, Math.floor(ageMs / secondMs))} s`;
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min`;
  if (ageMs < dayMs) return `${Math.floor(ageMs / hourMs)} h`;
  return `${Math.floor(ageMs / dayMs)} d`;
}

/** When the next automatic try is due, and how many have failed. */
function retryText({ attempts, retry }: VolumeListing, now: Now): string {
  if (retry === null) return attempts === 0 ? '-' : `${attempts} failed`;
  const waitMs = retry.boot === now.boot ? retry.uptimeMs - now.uptimeMs : 0;
  return `${attempts} failed, next ${waitMs <= 0 ? 'is due' : `in ${ageText(waitMs + secondMs - 1)}`}`;
}

/** The state, and what the mount table says when that is something else. */
function stateText({ state, presence }: VolumeListing): string {
  return presence === 'present' || presence === null ? state : `${state}, ${presence}`;
}

/** Volumes for a person to read; why a release failed stands below the table. */
export function renderVolumes(volumes: readonly VolumeListing[], now: Now, palette: Palette): string {
  const rows = volumes.map((volume) => [
    `${volume.driver}/${volume.name}`,
    stateText(volume),
    String(volume.containers.length),
    volume.mountpoint ?? '-',
    ageText(now.wallMs - volume.changedMs),
    retryText(volume, now),
    volume.error ?? '',
  ]);
  return renderTable(['VOLUME', 'STATE', 'USERS', 'MOUNTPOINT', 'SINCE', 'RELEASE', 'ERROR'], rows, palette);
}

function processText(process: ProcessRecord | null): string {
  return process === null ? '-' : String(process.pid);
}

/** Containers for a person to read, with the volumes that each of them claims. */
export function renderContainers(
  containers: readonly ContainerRecord[],
  volumes: readonly VolumeListing[],
  now: Now,
  palette: Palette,
): string {
  const claimed = new Map<string, string[]>();
  for (const { driver, name, containers: users } of volumes) {
    for (const user of users) {
      const list = claimed.get(user);
      if (list === undefined) claimed.set(user, [`${driver}/${name}`]);
      else list.push(`${driver}/${name}`);
    }
  }
  const rows = containers.map(({ container, state, process, createdMs }) => [
    container,
    state,
    ageText(now.wallMs - createdMs),
    processText(process),
    claimed.get(container)?.join(' ') ?? '-',
  ]);
  return renderTable(['CONTAINER', 'STATE', 'AGE', 'PROCESS', 'VOLUMES'], rows, palette);
}
