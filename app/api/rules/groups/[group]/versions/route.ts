import { respond } from '#lib/api/problem.ts';
import { queryOf } from '#lib/api/request.ts';
import { readRuleGroupVersions } from '#lib/api/rule-groups.ts';

export const GET = (request: Request, context: RouteContext<'/api/rules/groups/[group]/versions'>) =>
  respond(async () => readRuleGroupVersions((await context.params).group, queryOf(request).get('at')));
