import { readEmbedFor } from '#lib/api/embed.ts';
import { respond } from '#lib/api/problem.ts';

/** A sandboxed frame has no origin, so that our own data is foreign to it; no credentials go along (Fetch, "CORS protocol"). */
const CORS = { 'access-control-allow-origin': '*' } as const;

export const GET = async (request: Request, context: RouteContext<'/embed/[panel]/data'>) => {
  const response = await respond(async () => readEmbedFor(request, (await context.params).panel));
  for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
  return response;
};

export const OPTIONS = () =>
  new Response(null, { status: 204, headers: { ...CORS, 'access-control-allow-methods': 'GET' } });
