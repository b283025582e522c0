import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { runRuleTests } from '#lib/api/rule-tests.ts';
import { RuleTestSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    const { id, ...draft } = await bodyOf(request, RuleTestSchema);
    return runRuleTests(draft, id);
  });
