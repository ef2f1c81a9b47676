import { quote } from './error.ts';

/** A server that holds something in a store: which agent it serves, and which process it is. */
export interface Holder {
  /** Name of the agent; what a restart of its server keeps. */
  readonly agent: string;
  /** For the reader: name of the machine or container the process was started in. */
  readonly host: string;
  /** For the reader; a number is given away again, so that nothing is decided by it. */
  readonly pid: number;
  /** Tells one process from every other. */
  readonly server: string;
}

/**
 * Who holds a volume. It names the holder and never by itself keeps anybody out: whether the volume is held is asked of
 * the kernel's loop devices, whether the holder lives of the lock on its seat.
 */
export interface Lease extends Holder {
  /** RFC 3339, for the reader; a clock that jumps changes nothing. */
  readonly since: string;
}

/** Whether a value read from a file has the shape of a lease. */
export function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false;
  const { agent, host, pid, server, since } = value as Record<string, unknown>;
  return [agent, host, server, since].every((text) => typeof text === 'string') && Number.isSafeInteger(pid);
}

/** Names a server, fit for a terminal: `agent "blue" (pid 12 on host "a")`. */
export function describeServer({ agent, host, pid }: Holder): string {
  return `agent ${quote(agent)} (pid ${pid} on host ${quote(host)})`;
}

/** Names who holds a volume, and since when, fit for a terminal. */
export function describeHolder(lease: Lease): string {
  return `${describeServer(lease)} since ${quote(lease.since).slice(1, -1)}`;
}
