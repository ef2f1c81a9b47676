import { closeSync } from 'node:fs';

/**
 * An open fd with one owner, who closes it once; closing it again does nothing. A number that was closed may be
 * somebody else's a moment later, so it is not given out any more.
 */
export class OwnedFd implements Disposable {
  readonly #number: number;
  readonly #title: string;
  #isOpen = true;

  /**
   * @param fd is owned by the new object.
   * @param title what is behind it, for the error of who uses it too late.
   */
  constructor(fd: number, title: string) {
    this.#number = fd;
    this.#title = title;
  }

  /** @throws {Error} after `close`. */
  get fd(): number {
    if (!this.#isOpen) throw new Error(`${this.#title} was used after it was closed`);
    return this.#number;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#number);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
