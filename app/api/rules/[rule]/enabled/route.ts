import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { switchRule } from '#lib/api/rules.ts';
import { RuleSwitchSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request, context: RouteContext<'/api/rules/[rule]/enabled'>) =>
  respond(async () => {
    requireJson(request);
    return switchRule((await context.params).rule, (await bodyOf(request, RuleSwitchSchema)).enabled);
  });
