import type { Step } from '../../host/core/documents.ts';

export interface AppVolume {
  readonly name: string;
  readonly path?: string;
  readonly driver?: string;
}

/** A Marathon app that asks for volumes of the driver `tmpfs` and runs a shell line. */
export function app(volumes: readonly AppVolume[], cmd = 'true', fields: Record<string, unknown> = {}): string {
  const env: Record<string, string> = {};
  for (const [index, { name, path, driver }] of volumes.entries()) {
    const digit = index === 0 ? '' : `${index}`;
    env[`DVDI_VOLUME_NAME${digit}`] = name;
    env[`DVDI_VOLUME_DRIVER${digit}`] = driver ?? 'tmpfs';
    if (path !== undefined) env[`DVDI_VOLUME_CONTAINERPATH${digit}`] = path;
  }
  return JSON.stringify({ id: 'app', cmd, env, ...fields });
}

/** The name of the volume that a step is about. */
export function volumeOf(step: Step): string {
  return 'volume' in step && typeof step.volume === 'object' ? step.volume.name : '';
}
