import { respond } from '#lib/api/problem.ts';
import { readNodes } from '#lib/api/read.ts';
import { countOf, langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    return readNodes({
      lang: langOf(request),
      at: query.get('at'),
      cluster: query.get('cluster'),
      state: query.get('state'),
      zone: query.get('zone'),
      q: query.get('q'),
      sort: query.get('sort'),
      limit: countOf(request, 'limit', 200, 20_000),
      cursor: query.get('cursor'),
    });
  });
