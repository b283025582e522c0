import { respond } from '#lib/api/problem.ts';
import { readTargets } from '#lib/api/read.ts';
import { queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) => respond(() => readTargets(queryOf(request).get('at')));
