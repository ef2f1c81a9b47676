import type { Description, JsonValue } from './documents.ts';

type Field = Description['policy'][number];

/** A JSON Schema as data. */
export type JsonSchema = { readonly [keyword: string]: JsonValue };

/** The value that holds where a policy does not have the field. */
export function defaultOf({ schema, default: text }: Field): JsonValue {
  const { type, $ref } = schema as JsonSchema;
  if (type === 'array') return text === '' ? [] : [text];
  if (type === 'object' || $ref !== undefined) return {};
  if (type === 'boolean') return text === 'true';
  return type === 'integer' ? Number(text) : text;
}

/**
 * The JSON Schema (2020-12) of a policy, made of nothing but what the core says of itself.
 *
 * What it takes and the core refuses is listed in docs/policy.md ("The schema"); there is nothing that it refuses and
 * the core takes.
 * @param description the answer of `describe()`
 */
export function policySchema(description: Description): JsonSchema {
  const severities = severitiesOf(description);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Policy of ${description.name} ${description.version}`,
    type: 'object',
    properties: Object.fromEntries(description.policy.map((field) => [field.field, propertyOf(field)])),
    additionalProperties: false,
    $defs: {
      codes: { enum: Object.keys(severities) },
      severities: { type: 'object', properties: severities, additionalProperties: false },
    },
  };
}

function propertyOf(field: Field): JsonSchema {
  return { description: field.title, default: defaultOf(field), ...(field.schema as JsonSchema) };
}

/** The severities that a policy may give to each rule that it can change. */
function severitiesOf({ rules }: Description): { readonly [code: string]: JsonSchema } {
  const words = { off: ['off', 'warn', 'error'], info: [], warning: ['warn', 'error'], error: [] };
  const adjustable = rules.filter(({ lowest }) => lowest !== 'error');
  return Object.fromEntries(
    adjustable.map(({ code, title, lowest }) => [code, { description: title, enum: words[lowest] }]),
  );
}
