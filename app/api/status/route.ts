import { readStatus } from '#lib/api/read.ts';
import { respond } from '#lib/api/problem.ts';
import { langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) =>
  respond(() => readStatus({ lang: langOf(request), at: queryOf(request).get('at') }));
