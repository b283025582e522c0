/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  output: process.env.STANDALONE ? 'standalone' : undefined,
};
