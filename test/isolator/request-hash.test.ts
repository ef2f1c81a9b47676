import { requestHash } from '../../host/isolator/request-hash.ts';

const none = new Uint8Array();
const policy = new TextEncoder().encode('{"strict":true}');

test('the same request has the same hash, as text or as bytes', () => {
  const document = '{"id":"ä"}';
  const bytes = new TextEncoder().encode(document);
  expect(requestHash({ kind: 0, document, policy: none })).toBe(
    requestHash({ kind: 0, document: bytes, policy: none }),
  );
  expect(requestHash({ kind: 0, document, policy: none })).toMatch(/^[0-9a-f]{64}$/);
});

test('each part counts, and no part runs into the next', () => {
  const hashes = [
    requestHash({ kind: 0, document: '{}', policy: none }),
    requestHash({ kind: 1, document: '{}', policy: none }),
    requestHash({ kind: 0, document: '{} ', policy: none }),
    requestHash({ kind: 0, document: '{}', policy }),
    requestHash({ kind: 0, document: '{"strict":true}{}', policy: none }),
    requestHash({ kind: 0, document: '', policy: new TextEncoder().encode('{}') }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
