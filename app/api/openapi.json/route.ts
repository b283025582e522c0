import { live } from '#lib/api/live.ts';
import { openApi } from '#lib/api/openapi.ts';
import { respond } from '#lib/api/problem.ts';

export const GET = () => respond(async () => openApi((await live()).version));
