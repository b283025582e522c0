import { live } from '#lib/api/live.ts';
import { problemOf } from '#lib/api/problem.ts';
import { langOf, queryOf } from '#lib/api/request.ts';
import { liveStream, parseScope } from '#lib/api/stream.ts';

export const GET = async (request: Request): Promise<Response> => {
  try {
    const engine = await live();
    const query = queryOf(request);
    const lastEventId = request.headers.get('last-event-id') ?? query.get('lastEventId');
    return liveStream(
      engine,
      parseScope(query.get('scope') ?? 'overview'),
      langOf(request),
      lastEventId,
      request.signal,
    );
  } catch (cause) {
    const problem = problemOf(cause);
    return Response.json(problem.body, { status: problem.status });
  }
};
