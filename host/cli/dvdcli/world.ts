/** What dvdcli touches of the outside. */
export interface DvdcliWorld {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  /** Aborted when a signal asks the command to end. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/**
 * The original exits with 1 on a failure; a command line that cannot be understood is 2 here, and 0 or a panic there.
 */
export const EXIT_CODES = { done: 0, failed: 1, usage: 2 } as const;

/** Writes a line and waits until it is taken, so that an answer that nobody received is a failure. */
export function writeLine(stream: NodeJS.WritableStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays after a failure: the stream reports it twice, here and in the callback.
    stream.once('error', reject);
    stream.write(`${line}\n`, (error) => {
      if (error) return reject(error);
      stream.off('error', reject);
      resolve();
    });
  });
}
