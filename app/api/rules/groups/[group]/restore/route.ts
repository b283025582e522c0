import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson, versionOf } from '#lib/api/request.ts';
import { restoreRuleGroup } from '#lib/api/rule-groups.ts';
import { RuleRestoreSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request, context: RouteContext<'/api/rules/groups/[group]/restore'>) =>
  respond(async () => {
    requireJson(request);
    const expected = versionOf(request);
    const { version } = await bodyOf(request, RuleRestoreSchema);
    return restoreRuleGroup((await context.params).group, version, expected);
  });
