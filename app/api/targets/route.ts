import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { WatchRequestSchema } from '#lib/api/schema-settings.ts';
import { readWatched, watchTarget } from '#lib/api/targets.ts';

export const GET = () => respond(readWatched);

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return watchTarget(await bodyOf(request, WatchRequestSchema));
  }, 201);
