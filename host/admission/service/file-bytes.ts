import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FILE_SIZE_MAX_BYTES } from './limits.ts';
import { ServiceError } from './service-error.ts';

/** O_NONBLOCK: to open a named pipe that nobody writes to is no wait without an end. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads a file whole.
 * @param purpose what to call it in an error: `policy`, `certificate` and so on
 * @throws {ServiceError} `service-file` when it cannot be read, is no regular file, or larger than any such file is
 */
export async function readFileBytes(path: string, purpose: string): Promise<Uint8Array> {
  try {
    const file = await open(path, READ_FLAGS);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw unreadable(path, purpose, 'something that is no regular file');
      if (status.size > FILE_SIZE_MAX_BYTES) throw unreadable(path, purpose, `a file of ${status.size} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw unreadable(path, purpose, (error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}

function unreadable(path: string, purpose: string, got: string, cause?: unknown): ServiceError {
  return new ServiceError('service-file', `cannot read the ${purpose}`, {
    expected: `a regular file of at most ${FILE_SIZE_MAX_BYTES} bytes that this user may read`,
    got: `${path}: ${got}`,
    advice: 'check the path and the rights of the file',
    cause,
  });
}
