import { respond } from '#lib/api/problem.ts';
import { readHeartbeatTargets } from '#lib/api/read.ts';
import { queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) => respond(() => readHeartbeatTargets(queryOf(request).get('at')));
