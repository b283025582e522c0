import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson, versionOf } from '#lib/api/request.ts';
import { editRuleGroup, readRuleGroup } from '#lib/api/rule-groups.ts';
import { GroupSettingsSchema } from '#lib/api/schema-rules.ts';

type Context = RouteContext<'/api/rules/groups/[group]'>;

export const GET = (_request: Request, context: Context) =>
  respond(async () => readRuleGroup((await context.params).group));

export const PUT = (request: Request, context: Context) =>
  respond(async () => {
    requireJson(request);
    const version = versionOf(request);
    const { group } = await context.params;
    return editRuleGroup(group, await bodyOf(request, GroupSettingsSchema), version);
  });
