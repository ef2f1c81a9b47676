import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { smallApp } from '../../../bench/documents.ts';
import { OPERATIONS } from '../../../host/admission/service/operations.ts';
import { startService, useServices } from '../../support/admission-service.ts';
import { exchange, type HttpAnswer, post } from '../../support/http-exchange.ts';

useServices();

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<string, Record<string, { responses: Record<string, Response>; parameters?: unknown }>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function documentOf(url: string): Promise<OpenApi> {
  return (await exchange(`${url}/openapi.json`)).json<OpenApi>();
}

test('is a valid OpenAPI 3.1 document', async () => {
  const { url } = await startService();
  const document = await documentOf(url);
  const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
  expect(result).toMatchObject({ valid: true });
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: '/' }]);
});

test('has every operation, and the kinds of the core', async () => {
  const { url } = await startService();
  const { paths } = await documentOf(url);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort());
  expect(JSON.stringify(paths['/v1/admit/{kind}']?.post?.parameters)).toContain('"marathon-app"');
});

test('says of every answer what it is', async () => {
  const { service, url } = await startService();
  const { paths, components } = await documentOf(url);
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  const complaints = (path: string, method: string, { status, headers, body }: HttpAnswer): unknown[] => {
    const response = paths[path]?.[method]?.responses[String(status)];
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    const content = response?.content[mediaType];
    if (content === undefined) return [`${method} ${path} answers ${status} ${mediaType}, which is not described`];
    if (!mediaType.endsWith('json')) return [];
    const validate = ajv.compile({ ...content.schema, components });
    return validate(JSON.parse(body.toString())) ? [] : (validate.errors ?? []);
  };
  const bad = '{"id":"/a","cmd":"x","env":{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"size"}}';
  for (const document of [smallApp().bytes, bad, 'no JSON']) {
    expect(complaints('/v1/admit', 'post', await post(`${url}/v1/admit`, document))).toEqual([]);
  }
  expect(complaints('/v1/admit/{kind}', 'post', await post(`${url}/v1/admit/nope`, bad))).toEqual([]);
  expect(complaints('/v1/admit', 'post', await post(`${url}/v1/admit?a=b`, bad))).toEqual([]);
  for (const { path } of OPERATIONS.filter(({ method }) => method === 'GET')) {
    expect(complaints(path, 'get', await exchange(`${url}${path}`))).toEqual([]);
  }
  // It can fail: an answer of another form is seen.
  const empty = { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') } as HttpAnswer;
  expect(complaints('/v1/admit', 'post', empty)).not.toEqual([]);
  expect(service.address.kind).toBe('tcp');
});
