const TEXT = /^text\/plain\s*(?:;|$)/i;
const VERSION = /;\s*version=("?)([^;"\s]*)\1/i;

/** What we ask for: the formats we read, best first, then anything (RFC 9110, section 12.5.1). */
export const acceptHeader = (): string => 'text/plain;version=0.0.4;q=0.9,*/*;q=0.1';

/**
 * Which parser reads an answer, by its `Content-Type` alone; guessing would read an error page as metrics.
 * @param fallback `fallback_scrape_protocol` of the job: used when the type is missing or unknown
 */
export const chooseParser = (
  contentType: string | null,
  fallback: 'PrometheusText0.0.4' | null,
): { readonly ok: true } | { readonly ok: false; readonly what: string } => {
  if (contentType !== null && TEXT.test(contentType)) {
    const version = VERSION.exec(contentType)?.[2];
    if (version === undefined || version === '' || version === '0.0.4') return { ok: true };
  }
  if (fallback !== null) return { ok: true };
  return {
    ok: false,
    what:
      contentType === null || contentType === ''
        ? 'the answer has no Content-Type; if it is Prometheus text, set fallback_scrape_protocol: PrometheusText0.0.4'
        : `the answer is "${contentType.slice(0, 80)}", not a metrics format; check the address and metrics_path`,
  };
};
