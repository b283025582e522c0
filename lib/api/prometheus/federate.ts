import 'server-only';

import { live } from '../live.ts';

import { ApiError, isNotReady } from './envelope.ts';
import { parametersOf } from './params.ts';
import { selectorsOf } from './selectors.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/federate`: the newest samples of what `match[]` selects, for another Prometheus to scrape. */
export const federate = async (request: Request): Promise<Response> => {
  try {
    const selectors = selectorsOf(await parametersOf(request));
    const text = await (await live()).data().federate(selectors, Date.now());
    return new Response(text, { headers: { 'content-type': TEXT, 'cache-control': 'no-store' } });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const [status, text] = isNotReady(cause)
      ? [503, 'Service Unavailable']
      : [cause instanceof ApiError ? 400 : 500, message];
    return new Response(`${text}\n`, { status, headers: { 'content-type': TEXT } });
  }
};
