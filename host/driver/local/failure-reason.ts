/** Why something failed, in its own words; also for an error of another realm, which is no `instanceof Error`. */
export function reasonOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}
