/** Why a directory could not be had; every code has its entry in docs/errors.md. */
export type DirectoryErrorCode =
  /** A path that is not absolute and normalised. */
  | 'path-invalid'
  /** Nothing is there. */
  | 'directory-missing'
  /** A link where none may be followed. */
  | 'directory-link'
  /** Too many links one after the other. */
  | 'directory-loop'
  /** Something that is neither a directory nor a link. */
  | 'directory-other'
  /** What is there is not what was made or looked at a moment ago. */
  | 'directory-replaced'
  /** The kernel refused; `errno` says why. */
  | 'directory-refused';

const EXPLANATIONS: Readonly<Record<DirectoryErrorCode, string>> = {
  'path-invalid': 'expected an absolute path without ".", "..", empty segments or a trailing slash',
  'directory-missing': 'expected a directory, got nothing; make it, or correct the path',
  'directory-link':
    'expected a directory, got a symbolic link, which is only followed where nobody but root can plant one; ' +
    'replace it by a directory or use the path it leads to',
  'directory-loop': 'expected a directory, got more than 40 symbolic links one after the other; correct the links',
  'directory-other': 'expected a directory, got something else; remove it, or correct the path',
  'directory-replaced': 'expected the directory seen a moment ago, got another; somebody else changes this path',
  'directory-refused': 'expected access to the directory, the kernel refused',
};

/** A directory that could not be had. Its texts may hold untrusted names: never print them raw to a terminal. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: DirectoryErrorCode;
  /** The path that was asked for. */
  readonly path: string;
  /** The path up to and including the component at fault. */
  readonly component: string;
  /** For example `EACCES`; null when the kernel did not refuse. */
  readonly errno: string | null;

  constructor(code: DirectoryErrorCode, path: string, component: string, cause?: unknown) {
    const errno = errnoOf(cause);
    const asked = component === path ? '' : ` (on the way to ${JSON.stringify(path)})`;
    const kernel = errno === null ? '' : ` (${errno})`;
    super(`${JSON.stringify(component)}${asked}: ${EXPLANATIONS[code]}${kernel}`, { cause });
    this.code = code;
    this.path = path;
    this.component = component;
    this.errno = errno;
  }
}

/** The errno of a failed system call, for example `ENOENT`; null for anything else. */
export function errnoOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
