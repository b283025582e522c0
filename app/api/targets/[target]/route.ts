import { respond } from '#lib/api/problem.ts';
import { unwatchTarget } from '#lib/api/targets.ts';

export const DELETE = (_request: Request, context: RouteContext<'/api/targets/[target]'>) =>
  respond(async () => unwatchTarget((await context.params).target));
