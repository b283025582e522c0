import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';

import { framingHeaders } from '#lib/api/framing.ts';
import { guard } from '#lib/api/guard.ts';
import { engineOrNull } from '#lib/engine/slot.ts';

/** Who may talk to us and who may frame us, before any handler runs. Push routes are not matched: the proxy cuts bodies. */
export const proxy = (request: NextRequest): NextResponse => {
  const settings = engineOrNull()?.config() ?? null;
  const refusal = guard(request, settings?.externalUrl ?? null);
  const response =
    refusal === null ? NextResponse.next() : NextResponse.json(refusal.body, { status: refusal.status });
  const framing = framingHeaders(request.nextUrl.pathname, settings?.allowedOrigins ?? null);
  for (const [name, value] of Object.entries(framing)) response.headers.set(name, value);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  return response;
};

export const config = { matcher: ['/((?!_next/static|_next/image|api/heartbeats).*)'] };
