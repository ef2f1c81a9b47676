import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { type HttpAnswer, post } from './http-exchange.ts';

/**
 * Clients that ask again and again on connections that they keep; a request that fails in any way is kept in
 * `failures`.
 */
export class KeepAliveLoad {
  readonly answers: HttpAnswer[] = [];
  readonly failures: unknown[] = [];
  readonly #clients: readonly Promise<void>[];
  #isOver = false;

  constructor(url: string, document: Uint8Array | string, clients: number, tls: AgentOptions = {}) {
    this.#clients = Array.from({ length: clients }, () => this.#ask(url, document, tls));
  }

  /** Resolves when the requests that have begun are answered. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #ask(url: string, document: Uint8Array | string, tls: AgentOptions): Promise<void> {
    const options = { keepAlive: true, maxSockets: 1, ...tls };
    const agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
    while (!this.#isOver) {
      try {
        this.answers.push(await post(url, document, { agent }));
      } catch (error) {
        this.failures.push(error);
        break;
      }
    }
    agent.destroy();
  }
}
