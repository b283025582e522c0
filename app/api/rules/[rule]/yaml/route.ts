import { respond } from '#lib/api/problem.ts';
import { queryOf } from '#lib/api/request.ts';
import { readRuleYaml } from '#lib/api/rules.ts';

export const GET = (request: Request, context: RouteContext<'/api/rules/[rule]/yaml'>) =>
  respond(async () => readRuleYaml((await context.params).rule, queryOf(request).get('at')));
