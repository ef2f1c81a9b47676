import { createHash } from 'node:crypto';
import { LocalDriverError, quote } from './error.ts';
import { DRIVER_NAME_MAX_BYTES, NAME_MAX_BYTES } from './limits.ts';

/** The agent of a server that is given no name: with one server on a store, none is needed. */
export const AGENT_DEFAULT = 'default';

/** A name that is its own file name: no capital letters, so that it is safe where a filesystem folds case. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** How much of a name that is not plain stays readable in its file name. */
const READABLE_MAX_LENGTH = 64;

const PLAIN_FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Checks the name of a volume: 1 to 255 bytes of Unicode without control characters. Slashes and dots are fine, since
 * a name never becomes part of a path as it stands.
 *
 * @throws {LocalDriverError} `volume-name`
 */
export function checkVolumeName(name: string): string {
  if (name === '') throw new LocalDriverError('volume-name', 'expected the name of a volume, got an empty one');
  if (!name.isWellFormed()) {
    throw new LocalDriverError(
      'volume-name',
      `expected a volume name in Unicode, got half a character in ${quote(name)}`,
    );
  }
  const length = Buffer.byteLength(name);
  if (length > NAME_MAX_BYTES) {
    throw new LocalDriverError(
      'volume-name',
      `expected a volume name of at most ${NAME_MAX_BYTES} bytes, got ${length} bytes`,
    );
  }
  if (/\p{Cc}/u.test(name)) {
    throw new LocalDriverError('volume-name', `expected a volume name without control characters, got ${quote(name)}`);
  }
  return name;
}

/**
 * Checks the name under which a driver is served: Docker finds a plugin by `<name>.sock`, so it must be a plain file
 * name.
 *
 * @throws {LocalDriverError} `driver-name`
 */
export function checkDriverName(name: string): string {
  return checkPlainFileName(name, 'driver');
}

/**
 * Checks the name of an agent that shares a store: a plain file name, since its mountpoints have it in their paths.
 *
 * @throws {LocalDriverError} `agent-name`
 */
export function checkAgentName(name: string): string {
  return checkPlainFileName(name, 'agent');
}

function checkPlainFileName(name: string, whose: 'driver' | 'agent'): string {
  if (PLAIN_FILE_NAME.test(name) && Buffer.byteLength(name) <= DRIVER_NAME_MAX_BYTES) return name;
  const article = whose === 'agent' ? 'an' : 'a';
  throw new LocalDriverError(
    `${whose}-name`,
    `expected ${article} ${whose} name of 1 to ${DRIVER_NAME_MAX_BYTES} letters, digits, dots, dashes and underscores ` +
      `that starts with a letter or digit, got ${quote(name)}`,
  );
}

/**
 * The file name of a volume, driver or agent. A plain name stays as it is; any other is what is readable of it, then
 * `=`, which no plain name has, then the SHA-256 of the exact bytes. Two names never share a file, not even where the
 * filesystem folds case or normalises Unicode, and no name reaches outside its folder.
 */
export function fileNameOf(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, READABLE_MAX_LENGTH);
  return `${readable}=${createHash('sha256').update(name).digest('hex')}`;
}
