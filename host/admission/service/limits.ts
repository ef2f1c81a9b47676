/** Largest document that is taken, in bytes: the core's own limit (design.md, "Budgets"). */
export const BODY_SIZE_MAX_BYTES = 1024 * 1024;

/** Largest policy, certificate or key file, in bytes; it only keeps a wrong file from filling the memory. */
export const FILE_SIZE_MAX_BYTES = 4 * 1024 * 1024;

/** A call of the core takes a document of 1 MiB some ten milliseconds; past this its worker is ended and replaced. */
export const DEADLINE_DEFAULT_MS = 250;

/** Documents that wait for a worker; one more is refused. */
export const QUEUE_DEFAULT = 256;

/**
 * How long a document waits for a worker: callers have deadlines of their own, and an answer after them helps nobody.
 */
export const QUEUE_WAIT_MAX_MS = 2_000;

/** What a client that was refused for want of room is told to wait, in seconds. */
export const RETRY_AFTER_SECONDS = 1;

/** A worker starts within 50 ms; one that takes this long never will. */
export const WORKER_START_MAX_MS = 10_000;

/** Pause before a worker that could not start is tried again; it doubles up to the second. */
export const RESTART_PAUSE_MS = 100;
export const RESTART_PAUSE_MAX_MS = 5_000;

/** What a worker may take of the heap, in MiB: an answer of 4 MiB is read in about half of it. */
export const WORKER_HEAP_MAX_MIB = 64;
export const WORKER_YOUNG_HEAP_MAX_MIB = 8;

/** How often the files of policy and certificates are looked at. */
export const WATCH_INTERVAL_MS = 1_000;

/** Between "not ready" and the end of listening, so that who balances the load sees it first. */
export const DRAIN_NOTICE_DEFAULT_MS = 1_000;

/** What began before the end of listening is waited for as long. */
export const DRAIN_DEADLINE_DEFAULT_MS = 10_000;

/** What a client may do to one connection. */
export interface ConnectionLimits {
  /** From the first byte of a request until all its headers are there. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request until its last. */
  readonly requestTimeoutMs: number;
  /** How long an answer may stay unread, and a TLS handshake unfinished. */
  readonly idleTimeoutMs: number;
  /** How long a connection is kept open without a request. */
  readonly keepAliveTimeoutMs: number;
  /** How often the timeouts are looked at. */
  readonly checkIntervalMs: number;
  readonly headerSizeMaxBytes: number;
  readonly headersMax: number;
  readonly connectionsMax: number;
}

/** Longer than the 60 s after which most proxies drop an idle connection, so that they never send into a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  idleTimeoutMs: 30_000,
  keepAliveTimeoutMs: KEEP_ALIVE_TIMEOUT_MS,
  checkIntervalMs: 1_000,
  headerSizeMaxBytes: 16 * 1024,
  headersMax: 100,
  connectionsMax: 4_096,
};
