import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { restoreRule } from '#lib/api/rules.ts';
import { RuleRestoreSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request, context: RouteContext<'/api/rules/[rule]/restore'>) =>
  respond(async () => {
    requireJson(request);
    return restoreRule((await context.params).rule, (await bodyOf(request, RuleRestoreSchema)).version);
  });
