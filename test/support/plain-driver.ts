import { mkdir } from 'node:fs/promises';
import type { VolumeDriver } from '../../host/driver/volume-driver.ts';

/** A driver of plain directories, which needs no right to mount. It notes its mounts and unmounts in `calls`. */
export function plainDriver(directory: { readonly path: string }, calls: string[]): VolumeDriver {
  return {
    async mount({ volume }) {
      calls.push(`mount ${volume.name}`);
      const path = `${directory.path}/${volume.name}`;
      await mkdir(path, { recursive: true });
      return path;
    },
    async unmount({ volume }) {
      calls.push(`unmount ${volume.name}`);
    },
    async mountpointOf() {
      return null;
    },
  };
}
