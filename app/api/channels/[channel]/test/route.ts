import { testChannel } from '#lib/api/channels.ts';
import { respond } from '#lib/api/problem.ts';
import { requireJson } from '#lib/api/request.ts';

export const POST = (request: Request, context: RouteContext<'/api/channels/[channel]/test'>) =>
  respond(async () => {
    requireJson(request);
    return testChannel((await context.params).channel);
  });
