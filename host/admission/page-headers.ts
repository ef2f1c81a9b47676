/**
 * What the page of the admission checker may do (build/page): run its own scripts and the core, and load its own files.
 * It stands in the page itself, so that any web server will do, and a server that can sends it with every file.
 *
 * `connect-src` is for dvdi.wasm; nothing is ever sent. Styles come as a file and, in the editors, as constructed
 * style sheets, which need no exception.
 */
const DIRECTIVES: readonly string[] = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The policy for content, as the page itself has it. */
export const PAGE_CONTENT_SECURITY_POLICY = DIRECTIVES.join('; ');

/** Headers for every file of the page. Who frames it can only be said in a header. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `${PAGE_CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
