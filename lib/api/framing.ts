const EMBED_PAGE = /^\/embed\/[^/]+$/;
const DIRECTIVES =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'";

const policy = (ancestors: string): string => `${DIRECTIVES}; frame-ancestors ${ancestors}`;

/**
 * The headers that say who may show a page inside a frame. Only the pages of embeds may be framed at all, and only by
 * the origins that the configuration names; without a configuration, by nobody. `x-frame-options` knows no list of
 * origins, so that pages of embeds go without it (CSP Level 3, §6.4.2: `frame-ancestors` replaces it).
 * @param pathname the path as requested
 * @param allowedOrigins `embed.allowed_origins`, or null while the engine does not run
 */
export const framingHeaders = (
  pathname: string,
  allowedOrigins: readonly string[] | null,
): Readonly<Record<string, string>> => {
  if (!EMBED_PAGE.test(pathname))
    return { 'x-frame-options': 'DENY', 'content-security-policy': policy("'none'") };
  const ancestors =
    allowedOrigins === null || allowedOrigins.length === 0 ? "'none'" : allowedOrigins.join(' ');
  return { 'content-security-policy': policy(ancestors) };
};

/**
 * Whether the data of embeds may go to whoever asks. Our own pages and programs (no `Origin`, or ours) always; a page of
 * another origin only when that origin may frame us; a sandboxed frame, which has no origin to name, when anybody may.
 */
export const mayReadEmbed = (request: Request, allowedOrigins: readonly string[]): boolean => {
  const origin = request.headers.get('origin');
  if (origin === null) return true;
  if (origin === 'null') return allowedOrigins.length > 0;
  return allowedOrigins.includes(origin) || URL.parse(origin)?.host === request.headers.get('host');
};
