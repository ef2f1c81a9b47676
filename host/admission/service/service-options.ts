import type { JudgeOptions } from './judge.ts';
import type { ConnectionLimits } from './limits.ts';
import type { ListenAddress } from './listen-address.ts';
import type { CreateMarathon } from './marathon-front.ts';
import type { ServiceLog } from './service-log.ts';
import type { TlsPaths } from './tls-files.ts';

/** What a service is started with. */
export interface ServiceOptions extends JudgeOptions {
  /** The bytes of `dvdi.wasm`. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Of the package, for the OpenAPI document. */
  readonly version: string;
  readonly address: ListenAddress;
  /** A file; null for the core's defaults. */
  readonly policyPath: string | null;
  readonly tls: TlsPaths | null;
  readonly workers: number;
  readonly queueMax: number;
  /** Of one call of the core. */
  readonly deadlineMs: number;
  /** How long `/readyz` says no before nothing is taken any more. */
  readonly drainNoticeMs: number;
  /** How long what has begun is waited for after that. */
  readonly drainDeadlineMs: number;
  readonly log: ServiceLog;
  /** Makes the proxy that takes all requests but those under `/dvdi/`; null for none. */
  readonly marathon: CreateMarathon | null;
  readonly clock?: () => Date;
  readonly connectionLimits?: ConnectionLimits;
  readonly watchIntervalMs?: number;
  /** What the worker threads run; the service's own worker by default. */
  readonly workerScript?: URL;
  /** Where the page is; build/page of the package by default. */
  readonly pageDirectory?: string;
}
