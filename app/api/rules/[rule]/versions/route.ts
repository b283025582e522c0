import { respond } from '#lib/api/problem.ts';
import { queryOf } from '#lib/api/request.ts';
import { readRuleVersions } from '#lib/api/rules.ts';

export const GET = (request: Request, context: RouteContext<'/api/rules/[rule]/versions'>) =>
  respond(async () => readRuleVersions((await context.params).rule, queryOf(request).get('at')));
