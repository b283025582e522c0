import { live } from '#lib/api/live.ts';

export const GET = async (): Promise<Response> => {
  try {
    return new Response(await (await live()).metrics(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
  } catch (cause) {
    return new Response(`# ${cause instanceof Error ? cause.message : 'unavailable'}\n`, { status: 503 });
  }
};
