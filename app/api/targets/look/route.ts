import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { LookRequestSchema } from '#lib/api/schema-settings.ts';
import { lookAt } from '#lib/api/targets.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return lookAt((await bodyOf(request, LookRequestSchema)).url);
  });
