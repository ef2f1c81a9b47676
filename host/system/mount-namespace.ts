import { openSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { OwnedFd } from './owned-fd.ts';

/** A process that got SIGKILL is gone at once, unless the kernel holds it in a call: to a dead network filesystem. */
const END_TIMEOUT_MS = 5_000;
const POLL_MS = 5;

/**
 * A mount namespace that was made for one task, held open so that its number means no other. It keeps the mounts in it
 * busy: its owner closes it before anybody unmounts them.
 */
export class MountNamespace extends OwnedFd {
  readonly #link: string;

  private constructor(fd: number, pid: number) {
    super(fd, `the mount namespace of the process ${pid}`);
    this.#link = readlinkSync(`/proc/self/fd/${fd}`);
  }

  /**
   * The namespace that a process is in.
   * @throws {Error} when it is our own, or the process is gone.
   */
  static of(pid: number): MountNamespace {
    const namespace = new MountNamespace(openSync(`/proc/${pid}/ns/mnt`, 'r'), pid);
    if (namespace.#link !== readlinkSync('/proc/self/ns/mnt')) return namespace;
    namespace.close();
    throw new Error(`expected the process ${pid} in a mount namespace of its own, it is in ours`);
  }

  /** Sends SIGKILL to every process in it. @returns their ids; none when nobody is left. */
  killMembers(except: number | null = null): number[] {
    const members = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== except && this.#has(pid));
    for (const pid of members) kill(pid);
    return members;
  }

  /**
   * Ends every process in it, however often they fork meanwhile.
   * @returns those that could not be ended.
   */
  async endMembers(): Promise<number[]> {
    const deadline = performance.now() + END_TIMEOUT_MS;
    for (;;) {
      const members = this.killMembers();
      if (members.length === 0 || performance.now() >= deadline) return members;
      await delay(POLL_MS);
    }
  }

  #has(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/ns/mnt`) === this.#link;
    } catch {
      // It has ended: the dead are in no namespace.
      return false;
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
