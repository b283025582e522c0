import { respond } from '#lib/api/problem.ts';
import { readCluster } from '#lib/api/read.ts';
import { langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request, context: RouteContext<'/api/clusters/[cluster]'>) =>
  respond(async () =>
    readCluster((await context.params).cluster, { lang: langOf(request), at: queryOf(request).get('at') }),
  );
