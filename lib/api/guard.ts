import type { ProblemDto } from './schema.ts';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Refusal {
  readonly status: number;
  readonly body: ProblemDto;
}

/**
 * Until accounts are on: a request must name a host that is ours (loopback names or `external_url`), so that no foreign
 * name can be re-bound to us, and a request that a browser sends from another origin may change nothing.
 * @returns null when the request may go on
 */
export const guard = (request: Request, externalUrl: string | null): Refusal | null => {
  const host = request.headers.get('host') ?? '';
  const own = externalUrl === null ? null : new URL(externalUrl).host;
  if (!LOOPBACK.test(host) && host !== own)
    return {
      status: 403,
      body: {
        code: 'foreign-host',
        message: `the host "${host}" is not one of ours: use a loopback name, or set self.external_url`,
      },
    };
  if (SAFE.has(request.method)) return null;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const sameOrigin =
    origin === null || (origin !== 'null' && URL.canParse(origin) && new URL(origin).host === host);
  if (sameOrigin && (site === null || site === 'same-origin' || site === 'none')) return null;
  return {
    status: 403,
    body: {
      code: 'foreign-origin',
      message: `a page of ${origin ?? 'another origin'} may not change anything here`,
    },
  };
};
