/** `proxy.ts` says who may frame a page; these are the addresses that it does not see. */
const UNFRAMED = [
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'content-security-policy', value: "frame-ancestors 'none'" },
];

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  output: process.env.STANDALONE ? 'standalone' : undefined,
  headers: () =>
    ['/api/heartbeats:rest(.*)', '/_next/:rest(static|image):more(.*)'].map((source) => ({
      source,
      headers: UNFRAMED,
    })),
};
