import { respond } from '#lib/api/problem.ts';
import { readRuleYaml } from '#lib/api/rules.ts';

export const GET = (_request: Request, context: RouteContext<'/api/rules/[rule]/yaml'>) =>
  respond(async () => readRuleYaml((await context.params).rule));
