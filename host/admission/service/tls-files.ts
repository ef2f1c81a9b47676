import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readFileBytes } from './file-bytes.ts';
import { ServiceError } from './service-error.ts';

/** Where certificate and key are, in PEM. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  /** Who may call: those with a certificate of one of these authorities; null for everybody. */
  readonly clientAuthorities: string | null;
}

/** The files themselves. */
export function tlsPathList({ certificate, key, clientAuthorities }: TlsPaths): readonly string[] {
  return [certificate, key, ...(clientAuthorities === null ? [] : [clientAuthorities])];
}

/** What a TLS server is made with, read and looked at. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  /** When the certificate expires. */
  readonly until: Date;
}

/**
 * Reads certificate, key and authorities, and sees whether they can serve.
 * @param now an expired certificate is refused: no client would take it
 * @throws {ServiceError} `service-file`, `service-tls`
 */
export async function readTls(paths: TlsPaths, now: Date): Promise<TlsMaterial> {
  const [cert, key, ca] = await Promise.all([
    readFileBytes(paths.certificate, 'certificate'),
    readFileBytes(paths.key, 'key'),
    paths.clientAuthorities === null ? null : readFileBytes(paths.clientAuthorities, 'client authorities'),
  ]);
  const leaf = parse(paths.certificate, 'a certificate in PEM', () => new X509Certificate(cert));
  const privateKey = parse(paths.key, 'a private key in PEM, without a passphrase', () =>
    createPrivateKey(Buffer.from(key)),
  );
  if (!leaf.checkPrivateKey(privateKey)) throw unusable(paths.key, 'the key of the certificate', 'another key');
  const until = new Date(leaf.validTo);
  if (until <= now) throw unusable(paths.certificate, 'a certificate that is valid', `one until ${leaf.validTo}`);
  const authorities = paths.clientAuthorities;
  if (ca !== null && authorities !== null) {
    parse(authorities, 'certificates of authorities in PEM', () => new X509Certificate(ca));
  }
  const material = {
    cert: Buffer.from(cert),
    key: Buffer.from(key),
    ...(ca === null ? {} : { ca: Buffer.from(ca) }),
  };
  // What the parts do not show alone: a chain with a broken link, a curve or a digest that OpenSSL does not take.
  parse(paths.certificate, 'a chain that OpenSSL takes', () => createSecureContext(material));
  return { ...material, until };
}

/** What OpenSSL says is no secret: it names the place in its own code. */
function parse<T>(path: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unusable(path, expected, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unusable(path: string, expected: string, got: string, cause?: unknown): ServiceError {
  return new ServiceError('service-tls', 'certificate and key cannot be used', {
    expected,
    got: `${path}: ${got}`,
    advice: 'check the files with `openssl x509 -text` and `openssl pkey -check`',
    cause,
  });
}
