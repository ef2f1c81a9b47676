import { ANSWER_SCHEMAS, type Schema } from './answer-schemas.ts';
import { type AnswerDescription, OPERATIONS, type Operation } from './operations.ts';
import { PROBLEM_TYPE } from './problem.ts';

const PROBLEM_TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  404: 'There is no such kind of document',
  413: 'The document is too large',
  415: 'The document is not sent as plain JSON',
  500: 'The core or a worker failed',
  503: 'No worker is free, or the service is stopping',
  504: 'The document took too long',
};

const ADMISSION_HEADERS = {
  'dvdi-verdict': header('allow, warn or deny', { type: 'string', enum: ['allow', 'warn', 'deny'] }),
  'dvdi-enforced': header('Whether the verdict is to be acted on: false in monitor mode', { type: 'boolean' }),
  'dvdi-policy': header('SHA-256 of the policy that the document was judged by', { type: 'string' }),
  'dvdi-failure': header('Code of the failure of a document that passes unjudged', { type: 'string' }),
};

/**
 * The OpenAPI 3.1 document of the service, from the same table as its routes.
 * @param kinds names of the kinds that the core knows
 * @param prefix what stands before all paths; empty for nothing
 */
export function createOpenApi(version: string, kinds: readonly string[], prefix: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation, kinds),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'dvdi admission',
      version,
      description: 'Judges documents for external volumes with the same core as the agent, before they are scheduled.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    paths,
    components: { schemas: ANSWER_SCHEMAS },
  };
}

function describe(operation: Operation, kinds: readonly string[]): Schema {
  const { id, summary, description, path, hasDocument, answers, problems } = operation;
  const parameters = path.includes('{kind}')
    ? [{ name: 'kind', in: 'path', required: true, schema: { type: 'string', enum: kinds } }]
    : [];
  return {
    operationId: id,
    summary,
    description,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasDocument ? { requestBody: { required: true, content: { 'application/json': { schema: {} } } } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer, hasDocument)])),
      ...Object.fromEntries(problems.map((status) => [status, problem(status)])),
    },
  };
}

function response({ description, mediaType, schema }: AnswerDescription, isAdmission: boolean): Schema {
  const content = schema === null ? { type: 'string' } : { $ref: `#/components/schemas/${schema}` };
  return {
    description,
    ...(isAdmission ? { headers: ADMISSION_HEADERS } : {}),
    content: { [mediaType]: { schema: content } },
  };
}

function problem(status: number): Schema {
  return {
    description: PROBLEM_TITLES[status] ?? 'The request failed',
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function header(description: string, schema: Schema): Schema {
  return { description, schema };
}
