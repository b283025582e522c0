import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';

import { guard } from '#lib/api/guard.ts';
import { engineOrNull } from '#lib/engine/slot.ts';

/** Who may talk to us and who may frame us, before any handler runs. Push routes are not matched: the proxy cuts bodies. */
export const proxy = (request: NextRequest): NextResponse => {
  const refusal = guard(request, engineOrNull()?.config().externalUrl ?? null);
  if (refusal !== null) return NextResponse.json(refusal.body, { status: refusal.status });
  const response = NextResponse.next();
  response.headers.set('x-frame-options', 'DENY');
  response.headers.set(
    'content-security-policy',
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  return response;
};

export const config = { matcher: ['/((?!_next/static|_next/image|api/heartbeats).*)'] };
