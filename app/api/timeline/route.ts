import { parseAt } from '#lib/api/past.ts';
import { Problem, respond } from '#lib/api/problem.ts';
import { readTimeline } from '#lib/api/read.ts';
import { queryOf } from '#lib/api/request.ts';
import { TIMELINE_KINDS } from '#lib/api/schema.ts';

export const GET = (request: Request) =>
  respond(() => {
    const query = queryOf(request);
    const at = query.get('at');
    const end = at === null ? Date.now() : parseAt(at);
    const kinds = (query.get('kinds') ?? 'level,state,role').split(',');
    const unknown = kinds.find((kind) => !TIMELINE_KINDS.some((known) => known === kind));
    if (unknown !== undefined)
      throw new Problem(
        'bad-request',
        `kinds: "${unknown}" is not one of ${TIMELINE_KINDS.join(', ')}`,
        'kinds',
      );
    const merge = query.get('merge');
    if (merge !== null && merge !== 'worst')
      throw new Problem('bad-request', `merge: "${merge}" is not worst`, 'merge');
    if (merge !== null && kinds.includes('role'))
      throw new Problem('bad-request', 'merge: no role is worse than another', 'merge');
    return readTimeline({
      from: query.get('from') ?? new Date(end - 6 * 3_600_000).toISOString(),
      to: query.get('to') ?? new Date(end).toISOString(),
      cluster: query.get('cluster'),
      node: query.get('node'),
      kinds: TIMELINE_KINDS.filter((kind) => kinds.includes(kind)),
      merged: merge !== null,
    });
  });
