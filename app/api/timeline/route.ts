import { Problem, respond } from '#lib/api/problem.ts';
import { readTimeline } from '#lib/api/read.ts';
import { queryOf } from '#lib/api/request.ts';
import { TIMELINE_KINDS } from '#lib/api/schema.ts';

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    const now = Date.now();
    const kinds = (query.get('kinds') ?? 'level,state,role').split(',');
    const unknown = kinds.find((kind) => !TIMELINE_KINDS.some((known) => known === kind));
    if (unknown !== undefined)
      throw new Problem(
        'bad-request',
        `kinds: "${unknown}" is not one of ${TIMELINE_KINDS.join(', ')}`,
        'kinds',
      );
    return readTimeline({
      from: query.get('from') ?? new Date(now - 6 * 3_600_000).toISOString(),
      to: query.get('to') ?? new Date(now).toISOString(),
      cluster: query.get('cluster'),
      node: query.get('node'),
      kinds: TIMELINE_KINDS.filter((kind) => kinds.includes(kind)),
    });
  });
