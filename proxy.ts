import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';

import { framingHeaders } from '#lib/api/framing.ts';
import { guard } from '#lib/api/guard.ts';
import { unready } from '#lib/api/prometheus/unready.ts';
import { engineOrNull } from '#lib/engine/slot.ts';
import type { Engine } from '#lib/engine/slot.ts';

/** What is answered in place of a handler; null: the handler may answer. */
const instead = async (request: NextRequest, engine: Engine | null): Promise<NextResponse | null> => {
  const refusal = guard(request, engine?.config().externalUrl ?? null);
  if (refusal !== null) return NextResponse.json(refusal.body, { status: refusal.status });
  const text = await unready(
    request.nextUrl.pathname,
    async () => engine !== null && (await engine.data().status()).ready,
  );
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return text === null ? null : new NextResponse(text, { status: 503, headers });
};

/**
 * Who may talk to us and who may frame us, and that we are not ready, before any handler runs. Push routes are not matched: the proxy cuts
 * bodies.
 */
export const proxy = async (request: NextRequest): Promise<NextResponse> => {
  const engine = engineOrNull();
  const response = (await instead(request, engine)) ?? NextResponse.next();
  const framing = framingHeaders(request.nextUrl.pathname, engine?.config().allowedOrigins ?? null);
  for (const [name, value] of Object.entries(framing)) response.headers.set(name, value);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  return response;
};

export const config = { matcher: ['/((?!_next/static|_next/image|api/heartbeats).*)'] };
