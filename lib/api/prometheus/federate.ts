import 'server-only';

import { live } from '../live.ts';

import { bodyResponse } from './body.ts';
import { ApiError, isNotReady, notReady } from './envelope.ts';
import { parametersOf } from './params.ts';
import { selectorsOf } from './selectors.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/federate`: the newest samples of what `match[]` selects, for another Prometheus to scrape. */
export const federate = async (request: Request): Promise<Response> => {
  try {
    const selectors = selectorsOf(await parametersOf(request));
    const text = await (await live()).data().federate(selectors, Date.now());
    return await bodyResponse(request, text, TEXT);
  } catch (cause) {
    if (isNotReady(cause)) return notReady();
    const message = cause instanceof Error ? cause.message : String(cause);
    return new Response(`${message}\n`, {
      status: cause instanceof ApiError ? 400 : 500,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
};
