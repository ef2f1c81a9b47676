import type { VolumeOption } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { mountpointFault } from '../mountpoint-answer.ts';
import { type OperationLimits, retryConnection } from './connection-retry.ts';
import { isObject, type JsonObject, member } from './json-value.ts';
import { answerFailure, quote, readAnswer } from './plugin-answer.ts';
import { discoverPlugin, type PluginDirectories } from './plugin-discovery.ts';
import type { PluginEndpoint } from './plugin-endpoint.ts';
import { PluginFailure } from './plugin-failure.ts';
import { postToPlugin } from './plugin-transport.ts';

/** Docker's own limits: two minutes for what makes or attaches storage, one for the rest. */
const SLOW_CALL_TIMEOUT_MS = 120_000;
const CALL_TIMEOUT_MS = 60_000;

const VOLUME_DRIVER = 'VolumeDriver';
const SLOW_CALLS = new Set(['VolumeDriver.Create', 'VolumeDriver.Mount']);
const CHANGING_CALLS = new Set([...SLOW_CALLS, 'VolumeDriver.Remove', 'VolumeDriver.Unmount']);

/** A volume as its driver describes it. */
export interface PluginVolume {
  readonly name: string;
  /** As the driver writes it, unchecked; null when it is not mounted, or the driver does not say. */
  readonly mountpoint: string | null;
  /** As the driver writes it (RFC 3339 by the protocol), or null. */
  readonly createdAt: string | null;
}

/** The calls of the Docker Volume Plugin protocol, version 1. Each throws PluginFailure. */
export interface PluginClient {
  /** Where the plugin listens. */
  readonly endpoint: PluginEndpoint;
  create(name: string, options: readonly VolumeOption[]): Promise<void>;
  remove(name: string): Promise<void>;
  /** The mountpoint that the driver names; an absolute path by its text, and nothing more is checked. */
  mount(name: string, id: string): Promise<string>;
  unmount(name: string, id: string): Promise<void>;
  /** The mountpoint, or null when the volume is not mounted. */
  path(name: string): Promise<string | null>;
  /** null when the driver answers with no volume and no error. */
  get(name: string): Promise<PluginVolume | null>;
  list(): Promise<PluginVolume[]>;
  /** `global`: a volume is the same on every machine. A plugin without the call is `local`, as in Docker. */
  capabilities(): Promise<{ readonly scope: 'local' | 'global' }>;
}

/**
 * Finds a driver's plugin and shakes hands with it: it must implement VolumeDriver.
 * @throws {PluginFailure} `driver-missing` also for a plugin of another kind
 */
export async function openPlugin(
  driver: string,
  directories: PluginDirectories,
  limits: OperationLimits,
): Promise<PluginClient> {
  // Finding and reaching it are one wait: a plugin that starts makes its socket first and answers on it later.
  const { endpoint, kinds } = await retryConnection(async () => {
    const found = await discoverPlugin(driver, directories);
    return { endpoint: found, kinds: await callPlugin(found, 'Plugin.Activate', '', readImplements, limits) };
  }, limits);
  if (!kinds.includes(VOLUME_DRIVER)) {
    throw new PluginFailure(
      `the plugin "${printableText(driver)}" is no volume driver: it implements ${quote(kinds)}`,
      {
        code: 'driver-missing',
        mayHaveActed: false,
      },
    );
  }
  return clientOf(endpoint, limits);
}

function clientOf(endpoint: PluginEndpoint, limits: OperationLimits): PluginClient {
  const call = <T>(name: string, parameters: object, read: (answer: JsonObject) => T): Promise<T> => {
    const method = `${VOLUME_DRIVER}.${name}`;
    return retryConnection(() => callPlugin(endpoint, method, JSON.stringify(parameters), read, limits), limits);
  };
  return {
    endpoint,
    create: (name, options) =>
      call('Create', { Name: name, Opts: Object.fromEntries(options.map(({ key, value }) => [key, value])) }, ignore),
    remove: (name) => call('Remove', { Name: name }, ignore),
    mount: (name, id) => call('Mount', { Name: name, ID: id }, readMountpoint),
    unmount: (name, id) => call('Unmount', { Name: name, ID: id }, ignore),
    path: (name) =>
      call('Path', { Name: name }, (answer) =>
        isAbsent(member(answer, 'Mountpoint')) ? null : readMountpoint(answer),
      ),
    get: (name) =>
      call('Get', { Name: name }, (answer) => {
        const volume = member(answer, 'Volume');
        return volume === undefined || volume === null ? null : readVolume(volume);
      }),
    list: () => call('List', {}, readVolumes),
    capabilities: async () => {
      try {
        return { scope: await call('Capabilities', {}, readScope) };
      } catch (error) {
        if (error instanceof PluginFailure && error.unimplemented) return { scope: 'local' };
        throw error;
      }
    },
  };
}

/** One call; its failure says truly whether the plugin may have changed something. */
async function callPlugin<T>(
  endpoint: PluginEndpoint,
  method: string,
  body: string,
  read: (answer: JsonObject) => T,
  limits: OperationLimits,
): Promise<T> {
  const callTimeoutMs = SLOW_CALLS.has(method) ? SLOW_CALL_TIMEOUT_MS : CALL_TIMEOUT_MS;
  const timeoutMs = Math.min(callTimeoutMs, limits.deadlineMs - limits.clock.nowMs());
  try {
    return read(readAnswer(await postToPlugin({ endpoint, method, body, timeoutMs, signal: limits.signal })));
  } catch (error) {
    throw error instanceof PluginFailure && !CHANGING_CALLS.has(method) ? error.withoutEffect() : error;
  }
}

function ignore(): void {}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function readImplements(manifest: JsonObject): unknown[] {
  const kinds = member(manifest, 'Implements');
  if (!Array.isArray(kinds)) throw answerFailure('a list "Implements"', quote(kinds));
  return kinds;
}

function readMountpoint(answer: JsonObject): string {
  const mountpoint = member(answer, 'Mountpoint');
  if (typeof mountpoint !== 'string') throw answerFailure('a text "Mountpoint"', quote(mountpoint));
  const fault = mountpointFault(mountpoint);
  if (fault === null) return mountpoint;
  throw new PluginFailure(`the plugin's answer is no mountpoint: ${fault}`, {
    code: 'driver-answer',
    mayHaveActed: true,
  });
}

function readVolumes(answer: JsonObject): PluginVolume[] {
  const volumes = member(answer, 'Volumes');
  // Go writes a list that was never made as null.
  if (volumes === undefined || volumes === null) return [];
  if (!Array.isArray(volumes)) throw answerFailure('a list "Volumes"', quote(volumes));
  return volumes.map(readVolume);
}

function readVolume(value: unknown): PluginVolume {
  const name = isObject(value) ? member(value, 'Name') : undefined;
  if (!isObject(value) || typeof name !== 'string' || name === '') {
    throw answerFailure('a volume with a text "Name"', quote(value));
  }
  const mountpoint = member(value, 'Mountpoint') ?? '';
  if (typeof mountpoint !== 'string') throw answerFailure('a text "Mountpoint"', quote(mountpoint));
  const createdAt = member(value, 'CreatedAt');
  return {
    name,
    mountpoint: mountpoint === '' ? null : mountpoint,
    createdAt: typeof createdAt === 'string' && createdAt !== '' ? createdAt : null,
  };
}

function readScope(answer: JsonObject): 'local' | 'global' {
  const capabilities = member(answer, 'Capabilities');
  const scope = isObject(capabilities) ? member(capabilities, 'Scope') : undefined;
  if (isAbsent(scope)) return 'local';
  if (scope !== 'local' && scope !== 'global') throw answerFailure('the scope local or global', quote(scope));
  return scope;
}
