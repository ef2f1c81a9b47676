/** Protobuf's wire format by its specification, for tests: nothing of the core is used. */

/** A whole number as a varint; up to 2^53. */
export function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A field of wire type 2: tag, length, bytes. */
export function fieldOf(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varintOf(number * 8 + 2), varintOf(bytes.length), bytes]);
}

/** A field of wire type 0. */
export function numberFieldOf(number: number, value: number): Buffer {
  return Buffer.concat([varintOf(number * 8), varintOf(value)]);
}

/** The length of a list in front of it. */
export function frameOf(list: Uint8Array, order: 'little' | 'big'): Buffer {
  const length = Buffer.alloc(4);
  if (order === 'little') length.writeUInt32LE(list.length);
  else length.writeUInt32BE(list.length);
  return Buffer.concat([length, list]);
}

/** `emccode.isolator.mount.ExternalMount`; the first three are required. */
export interface ExternalMount {
  readonly containerid: string;
  readonly volumedriver: string;
  readonly volumename: string;
  readonly mountpoint?: string;
  readonly options?: string;
  readonly container_path?: string;
  readonly dvdcli_path?: string;
  readonly explicit_create?: boolean;
}

/** `ExternalMountList`, not framed. */
export function listOf(mounts: readonly ExternalMount[]): Buffer {
  return Buffer.concat(mounts.map((mount) => fieldOf(1, mountOf(mount))));
}

function mountOf(mount: ExternalMount): Buffer {
  const texts = [
    mount.containerid,
    mount.volumedriver,
    mount.volumename,
    mount.mountpoint ?? '',
    mount.options ?? '',
    mount.container_path ?? '',
    mount.dvdcli_path ?? '',
  ];
  const fields = texts.map((text, index) => fieldOf(index + 1, text));
  return Buffer.concat([...fields, numberFieldOf(8, mount.explicit_create ? 1 : 0)]);
}
