import { respond } from '#lib/api/problem.ts';
import { readClusters } from '#lib/api/read.ts';
import { langOf, queryOf } from '#lib/api/request.ts';

export const GET = (request: Request) =>
  respond(() => readClusters({ lang: langOf(request), at: queryOf(request).get('at') }));
