/** `proxy.ts` says who may frame a page; these are the addresses that it does not see. */
const UNFRAMED = [
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'content-security-policy', value: "frame-ancestors 'none'" },
];

/**
 * Next compresses what has a content type that is one string. The one that a handler's `Response` carries becomes a list on its way and is
 * left as it is, unless it stands here already. So an address stands here only if all its answers are of one type.
 */
const ONE_TYPE = {
  'application/json': [
    'query',
    'query_range',
    'format_query',
    'parse_query',
    'series',
    'labels',
    'label/:name/values',
    'metadata',
    'rules',
    'alerts',
    'targets',
  ].map((route) => `/api/v1/${route}`),
  'text/plain; version=0.0.4; charset=utf-8': ['/federate', '/metrics'],
};

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  output: process.env.STANDALONE ? 'standalone' : undefined,
  headers: () => [
    ...['/api/heartbeats:rest(.*)', '/_next/:rest(static|image):more(.*)'].map((source) => ({
      source,
      headers: UNFRAMED,
    })),
    ...Object.entries(ONE_TYPE).flatMap(([value, sources]) =>
      sources.map((source) => ({ source, headers: [{ key: 'content-type', value }] })),
    ),
  ],
};
