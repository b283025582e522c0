import { respond } from '#lib/api/problem.ts';
import { readEventDensity } from '#lib/api/read.ts';
import { countOf, queryOf } from '#lib/api/request.ts';

const SIX_HOURS_MS = 6 * 3_600_000;

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    const now = Date.now();
    return readEventDensity({
      from: query.get('from') ?? new Date(now - SIX_HOURS_MS).toISOString(),
      to: query.get('to') ?? new Date(now).toISOString(),
      buckets: countOf(request, 'buckets', 60, 1000),
    });
  });
