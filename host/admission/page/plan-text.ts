import type { Location, Step, VolumeId, VolumeOption } from '../../core/index.ts';
import { printableText } from '../../system/printable-text.ts';

/** A step in words: what is done, and with what. */
export interface StepText {
  readonly what: string;
  readonly subject: string;
  /** More of it, for the list; empty when there is none. */
  readonly detail: string;
}

/** Says a step in words that fit into a drawing; texts of the document are made printable. */
export function describeStep(step: Step, steps: readonly Step[]): StepText {
  const { what, subject, detail = '' } = words(step, steps);
  return { what, subject: printableText(subject), detail: printableText(detail) };
}

function words(step: Step, steps: readonly Step[]): { what: string; subject: string; detail?: string } {
  switch (step.action) {
    case 'requireDirectory':
      return { what: 'Directory must exist', subject: place(step.location) };
    case 'ensureDirectory':
      return {
        what: 'Make directory',
        subject: place(step.location),
        detail: `for ${step.owner === 'root' ? 'root' : 'the owner of the one above'}, mode ${mode(step.mode)}`,
      };
    case 'mountVolume':
      return { what: 'Mount volume', subject: volume(step.volume), detail: mountDetail(step.options, step.create) };
    case 'reuseVolume':
      return { what: 'Use mounted volume', subject: volume(step.volume), detail: `at ${step.mountpoint}` };
    case 'matchOwner':
      return { what: 'Give owner and mode', subject: `to ${nameOf(step.volume, steps)}` };
    case 'bind':
      return {
        what: step.readOnly ? 'Bind, read-only' : 'Bind',
        subject: place(step.target),
        detail: `the mountpoint of ${nameOf(step.source, steps)}, in the container's own mount namespace`,
      };
    case 'unmountVolume':
      return { what: 'Unmount volume', subject: volume(step.volume) };
    case 'removeDirectory':
      return { what: 'Remove directory', subject: place(step.location) };
    case 'forget':
      return { what: 'Forget container', subject: step.container };
  }
}

/** Options as they go to the driver; a secret is not shown, since pages end up in pictures. */
function mountDetail(options: readonly VolumeOption[], create: boolean): string {
  const shown = options.map(({ key, value, secret }) => `${key}=${secret ? '•••' : value}`);
  return [...shown, create ? 'made when missing' : 'must exist already'].join(', ');
}

function volume({ driver, name }: VolumeId): string {
  return `${name} of ${driver}`;
}

function nameOf(id: number, steps: readonly Step[]): string {
  const step = steps.find((each) => each.id === id);
  return step !== undefined && 'volume' in step && typeof step.volume === 'object'
    ? step.volume.name
    : `step ${id + 1}`;
}

function place({ within, path }: Location): string {
  if (within === null) return path;
  return typeof within === 'string' ? `${path} in ${within}` : `${path} in the volume of step ${within.step + 1}`;
}

function mode(bits: number): string {
  return bits.toString(8).padStart(4, '0');
}
