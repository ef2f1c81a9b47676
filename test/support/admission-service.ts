import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenAddressText } from '../../host/admission/service/listen-address.ts';
import { Service } from '../../host/admission/service/service.ts';
import type { ServiceOptions } from '../../host/admission/service/service-options.ts';

/** The core as it is installed: worker threads cannot count for the coverage report. */
export const builtWasm: Uint8Array<ArrayBuffer> = new Uint8Array(
  readFileSync(join(import.meta.dirname, '../../build/dvdi.wasm')),
);

/** What runs in the place of the core where a test needs a document to hang, or a thread to die. */
export const scriptedWorker = new URL('./scripted-worker.ts', import.meta.url);

/** The clock of the services: it stands. */
export const serviceTime = new Date('2026-11-24T00:00:00.000Z');

/** A line that a service wrote. */
export interface ServiceLine {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestService {
  readonly service: Service;
  /** Without a slash at the end. */
  readonly url: string;
  readonly lines: ServiceLine[];
}

const running = new Set<Service>();

/** Call it at the top of a test file: services that a test started end with it. */
export function useServices(): void {
  afterEach(async () => {
    const services = [...running];
    running.clear();
    await Promise.all(services.map((service) => service.close(true)));
  });
}

/** Starts a service on a free port of this machine, with one worker. */
export async function startService(overrides: Partial<ServiceOptions> = {}): Promise<TestService> {
  const lines: ServiceLine[] = [];
  const service = await Service.start({
    wasm: builtWasm,
    version: '0.0.0',
    address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    policyPath: null,
    tls: null,
    workers: 1,
    queueMax: 16,
    deadlineMs: 5_000,
    drainNoticeMs: 0,
    drainDeadlineMs: 5_000,
    mode: 'enforce',
    monitorRules: new Set(),
    onFailure: 'closed',
    marathon: null,
    clock: () => serviceTime,
    watchIntervalMs: 20,
    log: { write: (level, event, fields = {}) => void lines.push({ level, event, fields }) },
    ...overrides,
  });
  running.add(service);
  const scheme = overrides.tls ? 'https' : 'http';
  return { service, url: `${scheme}://${listenAddressText(service.address)}`, lines };
}

/** The value of one sample of `/metrics`; 0 where it is not there yet. */
export function sample(metrics: string, name: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}
