import { respond } from '#lib/api/problem.ts';
import { readNode } from '#lib/api/read.ts';
import { langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request, context: RouteContext<'/api/nodes/[node]'>) =>
  respond(async () =>
    readNode((await context.params).node, { lang: langOf(request), at: queryOf(request).get('at') }),
  );
