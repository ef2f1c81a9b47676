/** Any JSON Schema of the dialect of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const count: Schema = { type: 'integer', minimum: 0 };
const placeOrNull: Schema = { type: ['integer', 'null'], minimum: 0 };
const verdict: Schema = { type: 'string', enum: ['allow', 'warn', 'deny'] };
const time: Schema = { type: 'string', format: 'date-time' };
const sha256: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: Schema): Schema => ({ type: 'array', items });
const nullable = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });

/** An object: fields without a `?` at the end of their name must be there; more may come with a newer core. */
function object(fields: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(fields).map(([name, schema]) => [name.replace(/\?$/, ''), schema]);
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return { type: 'object', required, properties: Object.fromEntries(entries) };
}

/** A file that was looked at again and not taken: the one before stays in force. */
const refusedReload = nullable(object({ time, code: text, detail: text }));

/** The answers of the service; `Admission` is host/core/documents.ts, which the core writes. */
export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Admission: object({
    abi: text,
    kind: text,
    detected: text,
    verdict,
    tasks: list(ref('AdmittedTask')),
    findings: list(ref('Finding')),
    'findingsLeftOut?': count,
    'failure?': { ...ref('Problem'), description: 'Only where failure is open and the document was not judged' },
  }),
  AdmittedTask: object({
    id: textOrNull,
    pointer: text,
    verdict,
    volumes: list(object({ driver: text, name: text, path: textOrNull })),
  }),
  Finding: object({
    code: text,
    severity: { type: 'string', enum: ['info', 'warning', 'error'] },
    message: text,
    hint: text,
    in: { type: 'string', enum: ['document', 'policy', 'request'] },
    pointer: textOrNull,
    offset: placeOrNull,
    line: placeOrNull,
    column: placeOrNull,
    length: placeOrNull,
    'fix?': list(object({ op: { type: 'string', enum: ['add', 'replace', 'remove', 'move'] }, path: text })),
    'exception?': object({ reason: text, expires: textOrNull }),
  }),
  Problem: object({
    type: { type: 'string', format: 'uri' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: text,
    expected: text,
    got: text,
    advice: text,
  }),
  Readiness: object({
    ready: { type: 'boolean' },
    state: { type: 'string', enum: ['serving', 'draining'] },
    workers: object({ ready: count, configured: count }),
    queue: object({ length: count, max: count }),
    policy: object({ sha256, loaded: time, refused: refusedReload }),
    certificates: nullable(object({ until: time, loaded: time, refused: refusedReload })),
  }),
  Description: object({
    core: object({ sha256 }),
    policy: object({ sha256 }),
    mode: { type: 'string', enum: ['enforce', 'monitor'] },
    monitorRules: list(text),
    onFailure: { type: 'string', enum: ['closed', 'open'] },
    deadlineMs: count,
    description: { type: 'object', description: 'What the core says of itself' },
  }),
  OpenApi: { type: 'object' },
};
