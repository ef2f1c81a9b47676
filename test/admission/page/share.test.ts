import { deflateRawSync } from 'node:zlib';
import {
  decodeState,
  encodeState,
  FRAGMENT_SIZE_MAX_CHARACTERS,
  isShared,
  ShareError,
  STATE_SIZE_MAX_BYTES,
} from '../../../host/admission/page/share.ts';
import { Random } from '../../support/random.ts';

const deflated = (text: string) => deflateRawSync(text).toString('base64url');
const fragmentOf = (text: string) => `#v1.${deflated(text)}`;

test.each([
  { document: '', policy: '', kind: 'detect' },
  { document: '{"a": "grüße 😀\\u0000"}\n', policy: '{\r\n}', kind: 'marathon-app' },
  { document: 'x'.repeat(1024 * 1024), policy: ' '.repeat(256 * 1024), kind: 'environment' },
])('what is written is read again', async (state) => {
  expect(await decodeState(await encodeState(state))).toEqual(state);
  expect(await decodeState(`#${await encodeState(state)}`)).toEqual(state);
});

test('only what names a version is for the page', () => {
  expect(['#v1.A', 'v1.A', '#v22.'].filter(isShared)).toHaveLength(3);
  expect(['', '#', '#document-heading', '#v1', '#xv1.A'].filter(isShared)).toHaveLength(0);
});

test.each([
  ['too long', `#v1.${'A'.repeat(FRAGMENT_SIZE_MAX_CHARACTERS)}`, /at most 65536 characters, got 65539/],
  ['a bomb', fragmentOf('x'.repeat(STATE_SIZE_MAX_BYTES + 1)), /at most 3145728 bytes once decompressed, got more/],
  ['a bomb by far', fragmentOf('x'.repeat(40 * 1024 * 1024)), /at most 3145728 bytes once decompressed, got more/],
  ['not base64url', '#v1.%3Cscript%3E', /letters, digits, - and _ only/],
  ['of no length that base64 has', '#v1.AAAAA', /expected base64url/],
  ['empty', '#v1.', /letters, digits, - and _ only/],
  ['not deflated', '#v1._____w', /expected compressed text/],
  ['cut', fragmentOf('{"document":"{}","policy":"","kind":"detect"}').slice(0, -8), /expected compressed text/],
  ['with more behind its end', `#v1.${deflated('{"document":"{}"}')}AAAA`, /expected/],
  ['not JSON', fragmentOf('<script>'), /expected JSON/],
  ['not UTF-8', `#v1.${deflateRawSync(Buffer.from([0x22, 0xff, 0x22])).toString('base64url')}`, /expected JSON/],
  ['null', fragmentOf('null'), /a document, a policy and a kind/],
  ['of another form', fragmentOf('{"document":{},"policy":[],"kind":7}'), /a document, a policy and a kind/],
  ['with a kind that is none', fragmentOf(`{"document":"","policy":"","kind":"${'k'.repeat(65)}"}`), /name of a kind/],
  ['of another version', '#v2.AAAA', /starts with #v1\./],
])('a fragment that is %s is refused', async (_, fragment, message) => {
  const error = await decodeState(fragment).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ShareError);
  expect((error as Error).message).toMatch(message);
});

test('texts that make too long a link are refused', async () => {
  const random = new Random(1);
  const document = Array.from({ length: 20_000 }, () => random.below(2 ** 32).toString(36)).join('');
  await expect(encodeState({ document, policy: '', kind: 'detect' })).rejects.toThrow(/at most 65536 characters, got/);
});
