import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import type { Ledger } from '../../host/isolator/ledger/ledger.ts';

/** Counts what a worker does to the world, and kills it at one of these moments. */
export class Effects {
  readonly #beforeDeath: (at: string) => void;
  #left = Number.POSITIVE_INFINITY;

  /** @param beforeDeath is told where; it must not wait for anything */
  constructor(beforeDeath: (at: string) => void) {
    this.#beforeDeath = beforeDeath;
  }

  /** Counts anew. @param killAt the effect that is the last one, from 1; null for none */
  arm(killAt: number | null): void {
    this.#left = killAt ?? Number.POSITIVE_INFINITY;
  }

  /** A moment at which the process may be killed. */
  pass(at: string): void {
    this.#left -= 1;
    if (this.#left !== 0) return;
    this.#beforeDeath(at);
    process.kill(process.pid, 'SIGKILL');
  }

  async around<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
    this.pass(`before ${what}`);
    const result = await act();
    this.pass(`after ${what}`);
    return result;
  }
}

/** A ledger whose changes and holds are counted. */
export function countLedger(ledger: Ledger, effects: Effects): Ledger {
  return {
    ...(ledger.holder === undefined ? {} : { holder: ledger.holder }),
    read: (work) => ledger.read(work),
    change: (work) => effects.around('a change of the ledger', () => ledger.change(work)),
    hold: (name, options) => effects.around(`the hold of ${name.replace('\0', ' ')}`, () => ledger.hold(name, options)),
    close: () => ledger.close(),
  };
}

/** A driver whose calls are counted. */
export function countDriver(driver: VolumeDriver, effects: Effects): VolumeDriver {
  return {
    mount: (call) => effects.around(`the mount of ${call.volume.name}`, () => driver.mount(call)),
    unmount: (call) => effects.around(`the unmount of ${call.volume.name}`, () => driver.unmount(call)),
    mountpointOf: (call) => effects.around(`asking for ${call.volume.name}`, () => driver.mountpointOf(call)),
  };
}
