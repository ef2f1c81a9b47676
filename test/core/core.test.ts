import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { type Core, CoreError } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';

const REQUEST_SIZE_MAX_BYTES = 4 * 1024 * 1024;
const DOCUMENT = '{"DVDI_VOLUME_NAME":"data"}';
const NO_SUCH_KIND = 99;
let core: Core;

beforeEach(async () => {
  core = await loadCoverageCore();
});

function failure(act: () => unknown): CoreError {
  try {
    act();
  } catch (error) {
    if (error instanceof CoreError) return error;
    throw error;
  }
  throw new Error('expected a CoreError, got an answer');
}

const driverOf = (each: Core) => each.inspect(0, DOCUMENT).requests[0]?.driver;

describe('answers', () => {
  test('texts and bytes are the same to it', () => {
    expect(core.inspect(0, new TextEncoder().encode(DOCUMENT))).toEqual(core.inspect(0, DOCUMENT));
  });

  test('inspectBytes gives what the core wrote, and later calls leave it alone', () => {
    const bytes = core.inspectBytes(0, new TextEncoder().encode(DOCUMENT));
    const before = bytes.slice();
    core.inspect(0, '{"DVDI_VOLUME_NAME":"another one, longer than the first"}');
    expect(bytes).toEqual(before);
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(core.inspect(0, DOCUMENT));
  });

  test('prepare and cleanup take their requests', () => {
    const ledger = { volumes: [], directories: [] };
    const plan = core.prepare({ container: 'c', kind: 0, ledger }, DOCUMENT);
    expect(plan).toMatchObject({ plan: 'prepare', container: 'c', verdict: 'allow', steps: [{ id: 0 }] });
    const cleanup = core.cleanup({ container: 'c', ledger });
    expect(cleanup).toMatchObject({ plan: 'cleanup', container: 'c', steps: [{ action: 'forget' }] });
  });

  test('describe tells the limits that the host goes by', () => {
    expect(core.describe().limits).toMatchObject({
      requestSizeMaxBytes: REQUEST_SIZE_MAX_BYTES,
      documentSizeMaxBytes: 1024 * 1024,
      memoryMaxBytes: 32 * 1024 * 1024,
    });
  });
});

describe('the policy', () => {
  test('stays in force for all calls that follow', () => {
    expect(core.configure('{"defaultDriver":"ceph"}')).toEqual({ abi: '1.2', verdict: 'allow', findings: [] });
    core.describe();
    core.inspect(0, '{');
    expect(driverOf(core)).toBe('ceph');
  });

  test('a denied one changes nothing', () => {
    core.configure('{"defaultDriver":"ceph"}');
    expect(core.configure('{"defaultDriver":"zfs","strickt":true}').verdict).toBe('deny');
    expect(core.configure('{').verdict).toBe('deny');
    expect(driverOf(core)).toBe('ceph');
  });

  test('no bytes go back to the defaults', () => {
    core.configure('{"defaultDriver":"ceph"}');
    expect(core.configure('').verdict).toBe('allow');
    expect(driverOf(core)).toBe('rexray');
  });

  test('the bytes may be used again by the caller', () => {
    const bytes = new TextEncoder().encode('{"defaultDriver":"ceph"}');
    core.configure(bytes);
    bytes.fill(0x20);
    failure(() => core.inspect(NO_SUCH_KIND, DOCUMENT));
    expect(driverOf(core)).toBe('ceph');
  });
});

describe('a trap', () => {
  test('is a core-fault with the message and place of the failed assertion', () => {
    const error = failure(() => core.inspect(NO_SUCH_KIND, DOCUMENT));
    expect(error).toMatchObject({ name: 'CoreError', code: 'core-fault' });
    expect(error.fault).toMatchObject({ message: 'inspect: no such kind of document', file: 'assembly/index.ts' });
    const { line, column } = error.fault ?? {};
    expect(error.message).toBe(
      `the core failed: inspect: no such kind of document (assembly/index.ts:${line}:${column})`,
    );
    expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  test('replaces the instance, with the policy that was in force', () => {
    core.configure('{"defaultDriver":"ceph"}');
    core.configure('{"strickt":true}');
    failure(() => core.inspect(NO_SUCH_KIND, DOCUMENT));
    expect(driverOf(core)).toBe('ceph');
  });

  test('with the defaults in force leaves the defaults', () => {
    core.configure('{"defaultDriver":"ceph"}');
    core.configure('');
    failure(() => core.inspect(NO_SUCH_KIND, DOCUMENT));
    expect(driverOf(core)).toBe('rexray');
  });

  test('after a trap there may be another', () => {
    for (let round = 0; round < 100; round++) failure(() => core.inspect(NO_SUCH_KIND, DOCUMENT));
    expect(driverOf(core)).toBe('rexray');
  });

  test('is reported by the hash of the request, never by its text', async () => {
    const secret = '{"DVDI_VOLUME_OPTS":"password=hunter2"}';
    const error = failure(() => core.inspect(NO_SUCH_KIND, secret));
    expect(await error.requestHash()).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('hunter2');
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});

describe('a request that the core has no room for', () => {
  const tooLarge = new Uint8Array(REQUEST_SIZE_MAX_BYTES + 1);

  test.each<[string, () => unknown]>([
    ['inspect', () => core.inspect(0, tooLarge)],
    ['configure', () => core.configure(tooLarge)],
    ['prepare', () => core.prepare({ container: 'c', kind: 0, ledger: { volumes: [] } }, tooLarge)],
    ['cleanup', () => core.cleanup({ container: 'c'.repeat(REQUEST_SIZE_MAX_BYTES), ledger: noRows })],
  ])('%s: core-request-too-large, and the core goes on with its policy', (_call, act) => {
    core.configure('{"defaultDriver":"ceph"}');
    const error = failure(act);
    expect(error).toMatchObject({ code: 'core-request-too-large', fault: null });
    expect(error.message).toMatch(/^expected a request that the core has room for, got \d+ bytes$/);
    expect(driverOf(core)).toBe('ceph');
  });

  test('the largest request is answered: with a finding, since a document is smaller', () => {
    const inspection = core.inspect(0, new Uint8Array(REQUEST_SIZE_MAX_BYTES).fill(0x20));
    expect(inspection.findings).toMatchObject([{ code: 'document-too-large', pointer: null }]);
  });
});

const noRows = { volumes: [], directories: [] };
