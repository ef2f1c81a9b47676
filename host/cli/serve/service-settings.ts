import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { ListenAddress } from '../../admission/service/listen-address.ts';
import { parseListenAddress } from '../../admission/service/listen-address.ts';
import type { CreateMarathon } from '../../admission/service/marathon-front.ts';
import type { TlsPaths } from '../../admission/service/tls-files.ts';
import type { Description } from '../../core/documents.ts';
import { CliError } from '../cli-error.ts';
import type { ServeOptions } from '../commands/serve.ts';
import { nearest } from '../nearest.ts';

/** @throws {CliError} `cli-usage` */
export function listenAddress({ listen }: ServeOptions): ListenAddress {
  const address = parseListenAddress(listen);
  if (address !== null) return address;
  throw new CliError('the address to listen on cannot be understood', {
    code: 'cli-usage',
    expected: 'HOST:PORT, [IPv6]:PORT, :PORT or unix:/path',
    got: `--listen ${listen}`,
    advice: '--listen 127.0.0.1:8181 is the default',
  });
}

/** @throws {CliError} `cli-usage` when one file is given without those that it needs */
export function tlsPaths({ tlsCert, tlsKey, clientCa }: ServeOptions): TlsPaths | null {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const clientAuthorities = clientCa === undefined ? null : resolve(clientCa);
    return { certificate: resolve(tlsCert), key: resolve(tlsKey), clientAuthorities };
  }
  if (tlsCert === undefined && tlsKey === undefined && clientCa === undefined) return null;
  throw new CliError('TLS needs a certificate and its key', {
    code: 'cli-usage',
    expected: '--tls-cert and --tls-key, and --client-ca beside them if clients need certificates',
    got: [tlsCert && '--tls-cert', tlsKey && '--tls-key', clientCa && '--client-ca'].filter(Boolean).join(' and '),
    advice: 'give the files that are missing',
  });
}

/** One for each processor that this process may use. */
export function workerCount({ workers }: ServeOptions): number {
  return workers ?? availableParallelism();
}

/**
 * The codes that are only monitored.
 * @throws {CliError} `cli-usage` for a code that the core does not have: a misspelt one would be enforced, unnoticed
 */
export function monitorRules({ monitorRule }: ServeOptions, { rules }: Description): ReadonlySet<string> {
  const codes = rules.map(({ code }) => code);
  const unknown = monitorRule.find((code) => !codes.includes(code));
  if (unknown === undefined) return new Set(monitorRule);
  const near = nearest(unknown, codes);
  throw new CliError('no such rule', {
    code: 'cli-usage',
    expected: 'the code of a finding',
    got: `--monitor-rule ${unknown}`,
    advice: near.length === 0 ? '`dvdi explain` lists all codes' : `perhaps ${near.join(' or ')}`,
  });
}

/**
 * What makes the proxy in front of Marathon; null where none is asked for.
 * @throws {CliError} `cli-usage`, `cli-input`
 */
export async function marathonFront(
  options: ServeOptions,
  monitored: ReadonlySet<string>,
): Promise<CreateMarathon | null> {
  const { marathon, marathonCa, mode, onFailure } = options;
  if (marathon === undefined) {
    if (marathonCa === undefined) return null;
    throw marathonUsage('--marathon URL beside --marathon-ca', '--marathon-ca alone');
  }
  const target = URL.parse(marathon);
  // The URL itself may hold a password.
  if (target === null) throw marathonUsage('--marathon http://HOST:PORT or https://HOST:PORT', 'something else');
  const ca = marathonCa === undefined ? undefined : readAuthorities(marathonCa);
  const { createMarathonProxy } = await import('../../admission/marathon/index.ts');
  const isEnforced = (code: string): boolean => !monitored.has(code);
  const tls = ca === undefined ? {} : { tls: { ca } };
  return (parts) => createMarathonProxy({ ...parts, ...tls, target, mode, onFailure, isEnforced });
}

function marathonUsage(expected: string, got: string): CliError {
  const advice = 'the URL is that of Marathon itself, as its clients have it now';
  return new CliError('there is no Marathon to stand in front of', { code: 'cli-usage', expected, got, advice });
}

function readAuthorities(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CliError('cannot read the authorities of Marathon', {
      code: 'cli-input',
      expected: 'a readable file in PEM',
      got: `${path}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      advice: 'check the path and the rights of the file',
      cause,
    });
  }
}
