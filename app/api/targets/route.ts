import { respond } from '#lib/api/problem.ts';
import { bodyOf, queryOf, requireJson } from '#lib/api/request.ts';
import { WatchRequestSchema } from '#lib/api/schema-settings.ts';
import { readWatched, watchTarget } from '#lib/api/targets.ts';

export const GET = (request: Request) => respond(() => readWatched(queryOf(request).get('at')));

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return watchTarget(await bodyOf(request, WatchRequestSchema));
  }, 201);
