import type { Location, Step, VolumeId } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';

/** `driver/name`, printable. */
export function volumeTitle(volume: VolumeId): string {
  return printableText(`${volume.driver}/${volume.name}`);
}

/** A place on the machine as one path, printable: `/rootfs + /data` where it is resolved under another directory. */
export function locationTitle(location: Location, steps: readonly Step[]): string {
  const path = printableText(location.path);
  if (location.within === null) return path;
  if (typeof location.within === 'string') return `${printableText(location.within)} + ${path}`;
  return `${mountpointTitle(location.within.step, steps)} + ${path}`;
}

/** What the step with this id yields, as words: the volume that it mounts. */
export function mountpointTitle(id: number, steps: readonly Step[]): string {
  const step = steps[id];
  return step !== undefined && 'volume' in step && typeof step.volume === 'object'
    ? volumeTitle(step.volume)
    : `step ${id}`;
}

function stepLocation(id: number, steps: readonly Step[]): string {
  const step = steps[id];
  return step !== undefined && 'location' in step ? locationTitle(step.location, steps) : `step ${id}`;
}

/**
 * What a step does, in a few words, the same in the plan, the progress lines and the drawings.
 * @param steps all steps of the plan, which references in `step` point into
 */
export function stepTitle(step: Step, steps: readonly Step[]): string {
  switch (step.action) {
    case 'requireDirectory':
      return `require directory ${locationTitle(step.location, steps)}`;
    case 'ensureDirectory':
      return `ensure directory ${locationTitle(step.location, steps)}`;
    case 'mountVolume':
      return `mount ${volumeTitle(step.volume)}`;
    case 'reuseVolume':
      return `reuse ${volumeTitle(step.volume)} at ${printableText(step.mountpoint)}`;
    case 'matchOwner':
      return `give ${mountpointTitle(step.volume, steps)} owner and mode of ${stepLocation(step.directory, steps)}`;
    case 'bind': {
      const mode = step.readOnly ? ' read-only' : '';
      return `bind ${mountpointTitle(step.source, steps)} at ${locationTitle(step.target, steps)}${mode}`;
    }
    case 'unmountVolume':
      return `unmount ${volumeTitle(step.volume)}`;
    case 'removeDirectory':
      return `remove directory ${locationTitle(step.location, steps)} if empty`;
    case 'forget':
      return `forget the claims of ${printableText(step.container)}`;
  }
}
