import { type FileHandle, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { writeDurably } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { lockDirectory } from './file-lock.ts';
import { describeHolder, type Holder, isLease, type Lease } from './lease.ts';
import { SEAT_WAIT_SECONDS } from './limits.ts';
import { fileNameOf } from './names.ts';
import type { ToolPaths } from './tools.ts';

/**
 * The place of one agent in a driver's part of a store. The server of an agent locks its directory for as long as it
 * lives: the kernel frees the lock with the process, however that ends, so that the lock alone says who lives.
 */
export class AgentSeat {
  readonly holder: Holder;
  /** Where others leave word of a fence. */
  readonly notes: string;
  readonly #agents: string;
  readonly #lock: FileHandle;
  readonly #flock: string;

  private constructor(agents: string, holder: Holder, lock: FileHandle, flock: string) {
    this.#agents = agents;
    this.holder = holder;
    this.#lock = lock;
    this.#flock = flock;
    this.notes = notesOf(agents, holder.agent);
  }

  /**
   * Takes the seat of an agent.
   *
   * @param agents the directory of all seats
   * @param since RFC 3339; for the message that another server gets
   * @throws {LocalDriverError} `store-busy` when another process has it
   */
  static async take(agents: string, holder: Holder, since: string, tools: ToolPaths): Promise<AgentSeat> {
    const directory = seatOf(agents, holder.agent);
    await mkdir(notesOf(agents, holder.agent), { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory, tools.flock, SEAT_WAIT_SECONDS);
    if (lock === null) throw await seatTaken(directory, holder.agent);
    try {
      await writeDurably(join(directory, 'server.json'), `${JSON.stringify({ ...holder, since }, null, 2)}\n`);
    } catch (error) {
      await lock.close();
      throw error;
    }
    return new AgentSeat(agents, holder, lock, tools.flock);
  }

  /** Whether a server of this agent lives. */
  async isTaken(agent: string): Promise<boolean> {
    if (agent === this.holder.agent) return true;
    const lock = await this.#tryLock(agent, 'shared');
    await lock?.close();
    return lock === null;
  }

  /**
   * Does something while no server of another agent can start; nothing when one lives.
   *
   * @param agentFile the file name of the agent
   */
  async whileFree(agentFile: string, work: () => Promise<void>): Promise<void> {
    const lock = await this.#tryLock(agentFile, 'exclusive');
    if (lock === null) return;
    try {
      await work();
    } finally {
      await lock.close();
    }
  }

  /** Where word for another agent is left. */
  async notesFor(agent: string): Promise<string> {
    const notes = notesOf(this.#agents, agent);
    await mkdir(notes, { recursive: true, mode: 0o700 });
    return notes;
  }

  async close(): Promise<void> {
    await this.#lock.close();
  }

  /** @returns null when it is taken */
  async #tryLock(agent: string, mode: 'exclusive' | 'shared'): Promise<FileHandle | null> {
    const directory = seatOf(this.#agents, agent);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return lockDirectory(directory, this.#flock, 0, mode);
  }
}

/** A file name of {@link fileNameOf} is given as it stands: it is either plain, or has a `=`, which no name has. */
function seatOf(agents: string, agent: string): string {
  return join(agents, agent.includes('=') ? agent : fileNameOf(agent));
}

function notesOf(agents: string, agent: string): string {
  return join(seatOf(agents, agent), 'fenced');
}

async function seatTaken(directory: string, agent: string): Promise<LocalDriverError> {
  const lease = await readServer(join(directory, 'server.json'));
  const who = lease === null ? `agent ${quote(agent)}` : describeHolder(lease);
  return new LocalDriverError(
    'store-busy',
    `${directory}: another process serves this store for ${who} already; stop that one first, or give this one a name ` +
      'of its own with --agent',
  );
}

async function readServer(path: string): Promise<Lease | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isLease(value) ? value : null;
  } catch (error) {
    // It is written right after the lock is taken, and serves the message alone.
    if (errnoOf(error) === 'ENOENT' || (error as { name?: unknown }).name === 'SyntaxError') return null;
    throw error;
  }
}
