import { stat } from 'node:fs/promises';

/**
 * Looks at files again and again, and tells when one is another than before and has stayed the same for one more look:
 * who writes two files that belong together, or one slowly, is not read halfway.
 *
 * It asks instead of being told: no notice comes from network filesystems, and a notice is tied to the inode, while
 * Kubernetes and most tools put a new file in the old one's place.
 */
export class FileWatch {
  readonly #paths: readonly string[];
  #known: string;
  #last: string;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  private constructor(paths: readonly string[], signature: string) {
    this.#paths = paths;
    this.#known = signature;
    this.#last = signature;
  }

  /** What is there now is known: call it before the files are first read. */
  static async open(paths: readonly string[]): Promise<FileWatch> {
    return new FileWatch(paths, await signatureOf(paths));
  }

  /** Looks from now on. */
  start(intervalMs: number, onChange: () => void): void {
    this.#timer = setInterval(() => void this.#look(onChange), intervalMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(onChange: () => void): Promise<void> {
    // A filesystem that hangs holds one look and not one more each second.
    if (this.#isLooking) return;
    this.#isLooking = true;
    const now = await signatureOf(this.#paths);
    this.#isLooking = false;
    const isSettled = now === this.#last;
    this.#last = now;
    if (!isSettled || now === this.#known) return;
    this.#known = now;
    onChange();
  }
}

/** A file that is gone is a state of its own. */
async function signatureOf(paths: readonly string[]): Promise<string> {
  const each = paths.map((path) =>
    stat(path, { bigint: true }).then(
      ({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(':'),
      (error: NodeJS.ErrnoException) => String(error.code),
    ),
  );
  return (await Promise.all(each)).join(' ');
}
