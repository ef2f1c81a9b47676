import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate with its key, as files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * Makes a certificate that signs itself, for 127.0.0.1; it can sign others too.
 * @param name of its files and of its subject
 */
export function makeAuthority(directory: string, name: string): Certificate {
  const files = filesOf(directory, name);
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  openssl('req', '-x509', ...NEW_KEY, ...subject, '-days', '2', '-keyout', files.key, '-out', files.certificate);
  return files;
}

/** Makes a certificate that an authority signed. */
export function makeCertificate(directory: string, name: string, authority: Certificate): Certificate {
  const files = filesOf(directory, name);
  const ca = ['-CA', authority.certificate, '-CAkey', authority.key];
  openssl(
    ...['req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', ...ca],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-days', '2', '-keyout', files.key, '-out', files.certificate],
  );
  return files;
}

/** What a client shows of itself. */
export function clientOf({ certificate, key }: Certificate): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

function filesOf(directory: string, name: string): Certificate {
  return { certificate: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe', timeout: 10_000 });
}
