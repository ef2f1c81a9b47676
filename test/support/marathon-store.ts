/** A JSON object. */
export type Definition = Readonly<Record<string, unknown>>;

/** What a Marathon-like server answers: a status, a body, further headers. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Apps, groups and pods with the parts of Marathon's behaviour that a proxy in front of it must know. */
export class MarathonStore {
  readonly apps = new Map<string, Definition>();
  readonly pods = new Map<string, Definition>();
  /** By id and version. */
  readonly versions = new Map<string, Definition>();
  /** Ids of apps with a deployment under way: writes without force are refused with 409. */
  readonly locked = new Set<string>();
  #deployments = 0;

  createApp(document: Definition): StoreAnswer {
    const id = absolute(String(document.id));
    if (this.apps.has(id)) return { status: 409, body: { message: `An app with id [${id}] already exists.` } };
    this.apps.set(id, { ...document, id });
    const deployment = this.#deploy();
    const headers = { Location: `/v2/apps${id}`, 'Marathon-Deployment-Id': deployment.deploymentId };
    return { status: 201, body: { ...document, id }, headers };
  }

  /** A partial update replaces member by member; a null keeps what is there; an app that is not there is created. */
  updateApp(id: string, update: Definition, partial: boolean, force: boolean): StoreAnswer {
    if (this.locked.has(id) && !force) {
      return {
        status: 409,
        body: { message: `App is locked by one or more deployments.`, deployments: [{ id: 'd-1' }] },
      };
    }
    const current = this.apps.get(id);
    if (typeof update.version === 'string' && current !== undefined) {
      const old = this.versions.get(`${id} ${update.version}`);
      if (old === undefined) return { status: 404, body: { message: `App '${id}' does not exist` } };
      this.apps.set(id, old);
    } else {
      const given = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== null));
      this.apps.set(id, { ...(partial ? current : {}), ...given, id });
    }
    return { status: current === undefined ? 201 : 200, body: this.#deploy() };
  }

  updateGroup(base: string, document: Definition): StoreAnswer {
    const id = absolute(String(document.id ?? ''), base);
    if (typeof document.scaleBy === 'number') {
      for (const [app, definition] of this.apps) {
        if (app.startsWith(`${id}/`)) this.apps.set(app, scaled(definition, document.scaleBy));
      }
    }
    for (const app of listOf(document.apps)) this.apps.set(absolute(String(app.id), id), app);
    for (const group of listOf(document.groups)) this.updateGroup(id, group);
    return { status: 200, body: this.#deploy() };
  }

  showGroup(id: string): StoreAnswer {
    const apps = [...this.apps]
      .filter(([app]) => app.startsWith(`${id}/`))
      .map(([app, each]) => ({ ...each, id: app }));
    if (apps.length === 0) return { status: 404, body: { message: `Group '${id}' does not exist` } };
    return { status: 200, body: { id, version: '2026-01-01T00:00:00.000Z', apps, groups: [], pods: [] } };
  }

  #deploy(): { version: string; deploymentId: string } {
    this.#deployments += 1;
    return { version: '2026-01-01T00:00:00.000Z', deploymentId: `deployment-${this.#deployments}` };
  }
}

/** An id as Marathon resolves it. */
export function absolute(id: string, base = '/'): string {
  return `/${`${id.startsWith('/') ? '' : base}/${id}`.split('/').filter(Boolean).join('/')}`;
}

function scaled(app: Definition, factor: number): Definition {
  return { ...app, instances: Math.ceil(Number(app.instances ?? 1) * factor) };
}

function listOf(value: unknown): Definition[] {
  return Array.isArray(value) ? (value as Definition[]) : [];
}
