import { once } from 'node:events';
import type { Duplex } from 'node:stream';

/** The other side closes when it has read the last word; only one that is stopped or stuck does not. */
const DRAIN_TIMEOUT_MS = 5_000;

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

  /**
   * Sends a last value, and resolves when the channel is closed.
   *
   * A socket that is closed with something unread in it resets the other side, which then may never read what it was
   * sent. So only the sending half is closed here, and what the other side still says is read until it closes as well.
   */
  async finish(value: Outgoing, drainTimeoutMs = DRAIN_TIMEOUT_MS): Promise<void> {
    if (!this.#stream.writable) return this.close();
    const closed = once(this.#stream, 'close');
    const timer = setTimeout(() => this.close(), drainTimeoutMs);
    this.#stream.end(`${JSON.stringify(value)}\n`);
    await closed;
    clearTimeout(timer);
  }

  close(): void {
    this.#stream.destroy();
  }
}
