import fc from 'fast-check';
import { readTarget } from '../../../host/admission/marathon/request-target.ts';
import { routeOf } from '../../../host/admission/marathon/route.ts';

function route(method: string, target: string) {
  return routeOf(method, readTarget(target), {});
}

test.each([
  ['POST', '/v2/apps', { write: 'new-app' }],
  ['POST', '/v2/apps?force=true', { write: 'new-app' }],
  ['PUT', '/v2/apps', { write: 'apps', partial: true }],
  ['PUT', '/v2/apps?partialUpdate=FALSE', { write: 'apps', partial: false }],
  ['PATCH', '/v2/apps?partialUpdate=false', { write: 'apps', partial: true }],
  ['PUT', '/v2/apps/team/web', { write: 'app', id: '/team/web', partial: true }],
  ['PUT', '/v2/apps//team/web/?partialUpdate=false', { write: 'app', id: '/team/web', partial: false }],
  ['PUT', '/v2/apps/%2Fteam%2fweb', { write: 'app', id: '/team/web', partial: true }],
  ['POST', '/v2/apps/web', { write: 'app', id: '/web', partial: false }],
  ['POST', '/v2/apps/web/restart', null],
  ['PUT', '/v2/apps/web/restart', { write: 'app', id: '/web/restart', partial: true }],
  ['DELETE', '/v2/apps/web', null],
  ['POST', '/v2/groups', { write: 'group', base: '/' }],
  ['PATCH', '/v2/groups/a/b', { write: 'group', base: '/a/b' }],
  ['PUT', '/v2/pods/a', { write: 'pod' }],
  ['POST', '/v2/tasks/delete?scale=true', null],
  ['POST', '/v2/appsx', null],
  ['POST', '/', null],
  ['POST', '/v2/artifacts/a%20b;c', null],
  ['GET', '/v2/%61pps/../x', null],
  ['OPTIONS', '*', null],
])('%s %s', (method, target, expected) => {
  expect(route(method, target)).toEqual(expected);
});

/** Pieces of paths that servers read in their own ways. */
const PIECES = [
  '/',
  '//',
  '/./',
  '/../',
  '/..;/',
  'v2',
  'V2',
  'apps',
  'groups',
  'pods',
  'info',
  '%61pps',
  'v%32',
  '%2f',
].concat([
  '%2e%2e/',
  '%252e%252e%252f',
  '\\',
  ';a=b',
  ';',
  '%3b',
  '%00',
  '%u0061pps',
  ' ',
  '%20',
  '..',
  '.',
  'x',
  'restart',
]);

/** One more reader of paths, made of other parts than the proxy's: the WHATWG's. */
function whatwgPath(path: string): string {
  const once = new URL(path.replace(/^\/+/, '/'), 'http://marathon.example').pathname.replaceAll(/;[^/]*/g, '');
  const decoded = once.replaceAll(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  const again = new URL(decoded.replace(/^[/\\]+/, '/'), 'http://marathon.example').pathname;
  return again.replaceAll(/;[^/]*/g, '').replaceAll(/\/{2,}/g, '/');
}

test('no spelling of a write that another reader finds below apps, groups or pods is passed through unread', () => {
  let checked = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }), fc.boolean(), (pieces, isPlain) => {
      const path = `${isPlain ? '/v2/apps' : '/'}${pieces.join('')}`;
      let found: ReturnType<typeof route>;
      try {
        found = route('POST', path);
      } catch {
        refused += 1;
        return;
      }
      if (found !== null) checked += 1;
      else if (!/\/restart\/*$/.test(path)) expect(whatwgPath(path)).not.toMatch(/^\/v2\/(?:apps|groups|pods)(?:\/|$)/);
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(checked, refused)).toBeGreaterThan(100);
});
