/** The documents that are read in the figures of `inspect`: made here, the same on every run. */

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * 1024;

const encoder = new TextEncoder();

export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A Marathon app of 2 KiB with two volumes, as somebody writes it: indented by two spaces. */
export function smallApp(): Sample {
  return { name: 'Marathon app, two volumes', bytes: padded(smallFields(), 2 * KIBIBYTE, 2) };
}

/** The same app without white space, as Marathon answers it, filled up to the same size. */
export function smallCompactApp(): Sample {
  return { name: 'the same without white space', bytes: padded(smallFields(), 2 * KIBIBYTE, 0) };
}

/**
 * An app of 1 MiB as Marathon answers it with `embed=app.tasks`: two volumes, 2,000 variables, 400 labels, 800 tasks,
 * and a template in a label that fills the rest.
 */
export function largeApp(): Sample {
  return { name: 'large Marathon app', bytes: padded(largeFields(800), MEBIBYTE, 0) };
}

/** Documents of 1 MiB that are nothing but one thing, to see where the time goes. */
export function extremeShapes(): Sample[] {
  const app = (name: string, more: object): Sample => ({
    name,
    bytes: padded({ ...smallFields(), ...more }, MEBIBYTE, 0),
  });
  return [
    { name: 'large app, indented, 600 tasks', bytes: padded(largeFields(600), MEBIBYTE, 2) },
    app('4,000 variables', { env: { ...volumeVariables(), ...variables(4000, 220) } }),
    app('one long label', {}),
    app('many short labels', { labels: entries(50_000, 'L', 8) }),
    app('escapes', { labels: { template: '"line"\n\t\\'.repeat(70_000) } }),
    app('Greek text', { labels: { text: 'Οὖτις ἐμοί γ᾽ ὄνομα. '.repeat(23_000) } }),
    app('numbers', { ports: Array.from({ length: 125_000 }, (_, index) => index * 37) }),
    app('empty objects', { constraints: Array.from({ length: 340_000 }, () => ({})) }),
  ];
}

function largeFields(tasks: number) {
  return {
    ...smallFields(),
    env: { ...volumeVariables(), ...variables(2000, 40) },
    labels: entries(400, 'HAPROXY_0_LABEL_', 120),
    tasks: Array.from({ length: tasks }, (_, index) => task(index)),
  };
}

function smallFields() {
  return {
    id: '/shop/production/orders-database',
    cmd: 'exec /usr/lib/postgresql/bin/postgres -D /var/lib/postgresql/data -c config_file=/etc/postgresql/main.conf',
    user: 'postgres',
    instances: 1,
    cpus: 0.5,
    mem: 2048,
    disk: 0,
    env: {
      ...volumeVariables(),
      PGDATA: '/var/lib/postgresql/data/pgdata',
      POSTGRES_DB: 'orders',
      LANG: 'en_US.UTF-8',
      MAX_CONNECTIONS: '200',
    },
    constraints: [['hostname', 'UNIQUE']],
    fetch: [{ uri: 'https://packages.example.org/postgres/main.tar.gz', extract: true, executable: false }],
    portDefinitions: [{ port: 10_101, protocol: 'tcp', name: 'sql', labels: { VIP_0: '/orders:5432' } }],
    healthChecks: [
      {
        protocol: 'COMMAND',
        command: { value: 'pg_isready --host=localhost --port=5432' },
        gracePeriodSeconds: 300,
        intervalSeconds: 60,
        timeoutSeconds: 20,
        maxConsecutiveFailures: 3,
      },
    ],
    upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
    labels: { team: 'orders', tier: 'data' } as Record<string, string>,
  };
}

function volumeVariables(): Record<string, string> {
  return {
    DVDI_VOLUME_NAME: 'orders-data',
    DVDI_VOLUME_DRIVER: 'rexray',
    DVDI_VOLUME_OPTS: 'size=50,iops=150,volumetype=io1,newfstype=xfs,overwritefs=false',
    DVDI_VOLUME_CONTAINERPATH: '/var/lib/postgresql/data',
    DVDI_VOLUME_NAME1: 'orders-log',
    DVDI_VOLUME_DRIVER1: 'rexray',
    DVDI_VOLUME_OPTS1: 'size=5,newfstype=ext4,overwritefs=false',
    DVDI_VOLUME_CONTAINERPATH1: '/var/log/postgresql',
  };
}

function variables(count: number, valueBytes: number): Record<string, string> {
  return entries(count, 'SERVICE_SETTING_', valueBytes);
}

function entries(count: number, prefix: string, valueBytes: number): Record<string, string> {
  const value = 'https://orders.example.org:8443/v2/settings?region=north&tier=data;'.repeat(8).slice(0, valueBytes);
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, value]));
}

function task(index: number) {
  const second = String(index % 60).padStart(2, '0');
  return {
    id: `shop_production_orders-database.instance-5f3c1e0a-9d1b-11e8-a1f2-0242ac11${String(index).padStart(4, '0')}`,
    slaveId: `9b3f1c7e-2d4a-4c57-8a0e-6f1d2c3b4a59-S${index % 40}`,
    host: `10.0.${index % 256}.${(index * 7) % 256}`,
    state: 'TASK_RUNNING',
    startedAt: `2018-08-11T04:21:${second}.118Z`,
    stagedAt: `2018-08-11T04:20:${second}.902Z`,
    ports: [10_101 + index],
    version: '2018-08-11T04:19:57.003Z',
    ipAddresses: [{ ipAddress: `172.17.0.${index % 256}`, protocol: 'IPv4' }],
    healthCheckResults: [{ alive: true, consecutiveFailures: 0, firstSuccess: `2018-08-11T04:21:${second}.640Z` }],
  };
}

/** Fills a label up until the document has exactly so many bytes. */
function padded(fields: { labels: Record<string, string> }, sizeBytes: number, indent: number): Uint8Array {
  const write = (filling: string) =>
    encoder.encode(JSON.stringify({ ...fields, labels: { ...fields.labels, description: filling } }, null, indent));
  const missing = sizeBytes - write('').byteLength;
  if (missing < 0) throw new RangeError(`expected a document of up to ${sizeBytes} bytes, got ${-missing} more`);
  const sentence = 'Keeps the orders of the shop and answers the questions of accounting. ';
  return write(sentence.repeat(Math.ceil(missing / sentence.length)).slice(0, missing));
}
