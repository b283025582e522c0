import { readAlerts } from '#lib/api/alerts.ts';
import { respond } from '#lib/api/problem.ts';
import { countOf, langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    return readAlerts({
      state: query.get('state'),
      cluster: query.get('cluster'),
      limit: countOf(request, 'limit', 200, 1000),
      cursor: query.get('cursor'),
      at: query.get('at'),
      lang: langOf(request),
    });
  });
