import type { Duplex } from 'node:stream';

/** Exchanges values with another process, one line of JSON each. */
export class LineChannel<Outgoing, Incoming> {
  readonly #stream: Duplex;

  /**
   * @param onValue called for each value.
   * @param onEnd called once, when the other side is gone.
   */
  constructor(stream: Duplex, onValue: (value: Incoming) => void, onEnd: () => void) {
    this.#stream = stream;
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onValue(JSON.parse(line) as Incoming);
    });
    // An error (the other side died in the middle of a write) is an end like any other.
    stream.on('error', () => undefined);
    stream.once('close', onEnd);
    stream.once('end', () => stream.destroy());
  }

  /** Resolves when the value has left this process, or when nobody is there to take it any more. */
  send(value: Outgoing): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stream.writable) return resolve();
      this.#stream.write(`${JSON.stringify(value)}\n`, () => resolve());
    });
  }

  close(): void {
    this.#stream.destroy();
  }
}
