import { stallThread } from '#lib/api/stall.ts';
import { respond } from '#lib/api/problem.ts';

export const POST = (request: Request) => respond(() => stallThread(new URL(request.url).searchParams));
