import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { runRuleTests } from '#lib/api/rule-tests.ts';
import { RuleDraftSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return runRuleTests(await bodyOf(request, RuleDraftSchema));
  });
