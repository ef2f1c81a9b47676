import { printableText } from '../../system/printable-text.ts';
import { PluginFailure } from './plugin-failure.ts';

/** Files and switches of an encrypted connection, as a `.json` specification names them. */
export interface TlsSettings {
  /** False only when the specification says `InsecureSkipVerify`. */
  readonly verify: boolean;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** Where a plugin listens. */
export type PluginEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsSettings | null };

const VERIFIED: TlsSettings = { verify: true, caFile: null, certFile: null, keyFile: null };
const EXPECTED = 'expected unix:///path, tcp://host:port, http://host:port or https://host:port';

/**
 * Reads the address of a plugin.
 * @param address text of a `.spec` file, or `Addr` of a `.json` file
 * @param tls settings of the `.json` file; they count for `https` only, as in Docker
 * @param file where the address stands, for the error's text
 * @throws {PluginFailure} code `driver-missing`
 */
export function parseEndpoint(address: string, tls: TlsSettings | null, file: string): PluginEndpoint {
  const refuse = (reason: string) =>
    new PluginFailure(`${file}: ${reason}: ${EXPECTED}, got ${JSON.stringify(printableText(address, 200))}`, {
      code: 'driver-missing',
      mayHaveActed: false,
    });
  const url = URL.parse(address);
  if (url === null) throw refuse('the address is not a URL');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw refuse('the address has more than a place in it');
  }
  switch (url.protocol) {
    case 'unix:': {
      const path = decodePath(url.pathname);
      if (url.host !== '' || path === null || !path.startsWith('/') || path === '/') {
        throw refuse('the socket has no absolute path');
      }
      return { kind: 'unix', path };
    }
    case 'tcp:':
    case 'http:':
    case 'https:': {
      if (url.pathname !== '' && url.pathname !== '/') throw refuse('the address has a path');
      const port = portOf(url);
      if (url.hostname === '' || port === null) throw refuse('the address has no host or no port');
      const secure = url.protocol === 'https:';
      return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, tls: secure ? (tls ?? VERIFIED) : null };
    }
    default:
      throw refuse('the protocol is not known');
  }
}

/** The URL parser drops the default port of http and https; tcp has none. */
function portOf(url: URL): number | null {
  if (url.port !== '') return Number(url.port) > 0 ? Number(url.port) : null;
  if (url.protocol === 'http:') return 80;
  return url.protocol === 'https:' ? 443 : null;
}

function decodePath(path: string): string | null {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? null : decoded;
  } catch {
    return null;
  }
}

/** The endpoint as a person writes it, printable. */
export function describeEndpoint(endpoint: PluginEndpoint): string {
  if (endpoint.kind === 'unix') return `unix://${printableText(endpoint.path)}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.tls === null ? 'tcp' : 'https'}://${host}:${endpoint.port}`;
}
