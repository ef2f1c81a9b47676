/** The errno name of a system call's error, for example `ENOENT`; null for any other error. */
export function errnoOf(error: unknown): string | null {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : null;
}

/** Why something failed, in its own words. */
export function reasonOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
