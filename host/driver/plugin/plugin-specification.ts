import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isObject, member } from './json-value.ts';
import { type PluginEndpoint, parseEndpoint, type TlsSettings } from './plugin-endpoint.ts';
import { PluginFailure } from './plugin-failure.ts';

/** An address, and at most a few paths: far more than any real file. */
const SPECIFICATION_MAX_BYTES = 64 * 1024;

/**
 * Reads a `.spec` file (an address and nothing else) or a `.json` file (`Addr`, `TLSConfig`).
 * @throws {PluginFailure} code `driver-missing` when the file cannot be read or understood
 */
export async function readSpecification(file: string): Promise<PluginEndpoint> {
  const text = await readSmallFile(file);
  return file.endsWith('.json') ? parseJsonSpecification(text, file) : parseEndpoint(text.trim(), null, file);
}

function parseJsonSpecification(text: string, file: string): PluginEndpoint {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(file, 'is not JSON', cause);
  }
  if (!isObject(value)) throw refuse(file, 'is not a JSON object');
  const address = member(value, 'Addr');
  if (typeof address !== 'string') throw refuse(file, 'has no text "Addr"');
  return parseEndpoint(address.trim(), parseTls(member(value, 'TLSConfig'), file), file);
}

/**
 * Docker turns verification off when the file names no CA. Ours stays on, with the system's own authorities: off is
 * only what the file calls off.
 */
function parseTls(value: unknown, file: string): TlsSettings | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw refuse(file, '"TLSConfig" is not a JSON object');
  const skip = member(value, 'InsecureSkipVerify') ?? false;
  if (typeof skip !== 'boolean') throw refuse(file, '"InsecureSkipVerify" is neither true nor false');
  const path = (name: string): string | null => {
    const text = member(value, name) ?? '';
    if (typeof text !== 'string') throw refuse(file, `"${name}" is not a text`);
    if (text !== '' && !text.startsWith('/')) throw refuse(file, `"${name}" is not an absolute path`);
    return text === '' ? null : text;
  };
  return { verify: !skip, caFile: path('CAFile'), certFile: path('CertFile'), keyFile: path('KeyFile') };
}

/** Opened without waiting for a writer, so that a named pipe in the directory cannot hang us. */
async function readSmallFile(file: string): Promise<string> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) throw refuse(file, 'is not a regular file');
    const buffer = Buffer.alloc(SPECIFICATION_MAX_BYTES + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > SPECIFICATION_MAX_BYTES) throw refuse(file, `is larger than ${SPECIFICATION_MAX_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch (cause) {
    if (cause instanceof PluginFailure) throw cause;
    throw refuse(file, 'cannot be read', cause);
  }
}

function refuse(file: string, reason: string, cause?: unknown): PluginFailure {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  return new PluginFailure(`the plugin's file ${file} ${reason}${detail}`, {
    code: 'driver-missing',
    mayHaveActed: false,
    ...(cause === undefined ? {} : { cause }),
  });
}
