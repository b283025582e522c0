import { pushHeartbeat } from '#lib/api/heartbeats.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf } from '#lib/api/request.ts';
import { HeartbeatSchema } from '#lib/api/schema.ts';

export const POST = (request: Request, context: RouteContext<'/api/heartbeats/[node]'>) =>
  respond(async () => pushHeartbeat((await context.params).node, await bodyOf(request, HeartbeatSchema)));
