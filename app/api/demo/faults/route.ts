import { healAll, injectFault } from '#lib/api/demo.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { FaultRequestSchema } from '#lib/api/schema.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return injectFault(await bodyOf(request, FaultRequestSchema));
  });

export const DELETE = () => respond(healAll);
