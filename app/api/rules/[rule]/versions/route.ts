import { respond } from '#lib/api/problem.ts';
import { readRuleVersions } from '#lib/api/rules.ts';

export const GET = (_request: Request, context: RouteContext<'/api/rules/[rule]/versions'>) =>
  respond(async () => readRuleVersions((await context.params).rule));
