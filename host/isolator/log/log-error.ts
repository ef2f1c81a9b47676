/** The log's file cannot be opened. Nothing was done. */
export class LogError extends Error {
  override readonly name = 'LogError';
  readonly code = 'log-unwritable';
  readonly expected = 'a file that can be written, or made, or a descriptor that is open';
  readonly got: string;
  readonly advice =
    'check the path and the rights of its directory; nothing is done without the log that was asked for';

  constructor(destination: string | number, cause: unknown) {
    super('cannot write the log', { cause });
    const reason = (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
    this.got = `${typeof destination === 'number' ? `descriptor ${destination}` : destination}: ${reason}`;
  }
}
