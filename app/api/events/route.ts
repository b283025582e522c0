import { respond } from '#lib/api/problem.ts';
import { readEvents } from '#lib/api/read.ts';
import { countOf, langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    return readEvents({
      lang: langOf(request),
      from: query.get('from'),
      to: query.get('to') ?? query.get('at'),
      kind: query.get('kind'),
      cluster: query.get('cluster'),
      node: query.get('node'),
      limit: countOf(request, 'limit', 100, 10_000),
      cursor: query.get('cursor'),
      order: query.get('order'),
    });
  });
