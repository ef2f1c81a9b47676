import { request } from 'node:http';

/** What a volume plugin answered. */
export interface PluginAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** The body as JSON; null when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers of every shape
  readonly body: any;
}

export interface PluginRequestOptions {
  /** Sent as it stands when it is a text or bytes, else as JSON. Default: `{}`. */
  readonly body?: unknown;
  readonly verb?: string;
}

const DEADLINE_MS = 60_000;

/** Sends one request to a plugin's socket by plain node:http, without any of our own client's code. */
export function askPlugin(socketPath: string, path: string, options: PluginRequestOptions = {}): Promise<PluginAnswer> {
  const body = options.body ?? {};
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path, method: options.verb ?? 'POST', agent: false, timeout: DEADLINE_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'],
            body: parseOrNull(Buffer.concat(chunks).toString()),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${path} within ${DEADLINE_MS} ms`)));
    sent.on('error', reject);
    sent.end(payload);
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The methods of the volume driver protocol on one socket; each gives the body of the answer. */
export class PluginCaller {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  create(name: string, options: Readonly<Record<string, string>> = {}) {
    return this.#call('Create', { Name: name, Opts: options });
  }

  remove(name: string) {
    return this.#call('Remove', { Name: name });
  }

  /** Without an id, as the original dvdcli, when none is given. */
  mount(name: string, id?: string) {
    return this.#call('Mount', { Name: name, ...(id === undefined ? {} : { ID: id }) });
  }

  unmount(name: string, id?: string) {
    return this.#call('Unmount', { Name: name, ...(id === undefined ? {} : { ID: id }) });
  }

  path(name: string) {
    return this.#call('Path', { Name: name });
  }

  get(name: string) {
    return this.#call('Get', { Name: name });
  }

  list() {
    return this.#call('List', {});
  }

  async #call(method: string, body: object) {
    return (await askPlugin(this.#socketPath, `/VolumeDriver.${method}`, { body })).body;
  }
}
