import { pushHeartbeats } from '#lib/api/heartbeats.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf } from '#lib/api/request.ts';
import { HeartbeatBatchSchema } from '#lib/api/schema.ts';

export const POST = (request: Request) =>
  respond(async () => pushHeartbeats(await bodyOf(request, HeartbeatBatchSchema)));
