import { ProxyError } from './proxy-error.ts';

/**
 * Requires the URL of a server that can stand behind the proxy.
 * @throws {ProxyError} `marathon-target`
 */
export function requireTarget(target: URL): void {
  const isPlain = target.username === '' && target.password === '' && target.search === '' && target.hash === '';
  if (/^https?:$/.test(target.protocol) && target.hostname !== '' && isPlain) return;
  // Its parts only: the whole may hold a password.
  const got = `${target.protocol}//${target.host}${isPlain ? '' : ' with credentials, a query or a fragment'}`;
  throw new ProxyError(`expected http://HOST or https://HOST, with a port and a path if need be, got ${got}`, {
    code: 'marathon-target',
  });
}
