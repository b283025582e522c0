import { live } from '#lib/api/live.ts';

const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

export const GET = async (): Promise<Response> => {
  try {
    return new Response(await (await live()).metrics(), { headers });
  } catch (cause) {
    return new Response(`# ${cause instanceof Error ? cause.message : 'unavailable'}\n`, {
      status: 503,
      headers,
    });
  }
};
