import { join } from 'node:path';
import type { LocalDriverOptions } from '../../host/driver/local/local-driver.ts';
import { type AgentProcess, startAgent } from './agent-process.ts';
import { startWriter, type VolumeWriter } from './volume-writer.ts';

/** Agents that share a store, and tasks that write to its volumes; all of them end with the test. */
export class AgentPair {
  readonly #directory: () => string;
  readonly #agents: AgentProcess[] = [];
  readonly #writers: VolumeWriter[] = [];

  /** @param directory of the running test */
  constructor(directory: () => string) {
    this.#directory = directory;
  }

  /** The directory of a volume in the shared store. */
  volume(name: string, ...names: string[]): string {
    return join(this.#directory(), 'store', 'rexray', 'volumes', name, ...names);
  }

  /** Starts the server of an agent, with a socket directory of its own. */
  async start(agent: string, options: Partial<LocalDriverOptions> = {}): Promise<AgentProcess> {
    const directory = this.#directory();
    const places = { store: join(directory, 'store'), socketDirectory: join(directory, `plugins-${agent}`) };
    const started = await startAgent({ ...places, agent, ...options });
    this.#agents.push(started);
    return started;
  }

  /** Starts a task that writes to a file. */
  write(file: string): VolumeWriter {
    const writer = startWriter(file);
    this.#writers.push(writer);
    return writer;
  }

  async end(): Promise<void> {
    for (const writer of this.#writers.splice(0)) await writer.end();
    for (const agent of this.#agents.splice(0)) await agent.kill();
  }
}
