import { healFault } from '#lib/api/demo.ts';
import { respond } from '#lib/api/problem.ts';

export const DELETE = (_request: Request, context: RouteContext<'/api/demo/faults/[fault]'>) =>
  respond(async () => healFault((await context.params).fault));
