import { respond } from '#lib/api/problem.ts';
import { bodyOf, queryOf, requireJson, versionOf } from '#lib/api/request.ts';
import { deleteRule, editRule, readRule } from '#lib/api/rules.ts';
import { RuleDraftSchema } from '#lib/api/schema-rules.ts';

type Context = RouteContext<'/api/rules/[rule]'>;

export const GET = (request: Request, context: Context) =>
  respond(async () => readRule((await context.params).rule, queryOf(request).get('at')));

export const PUT = (request: Request, context: Context) =>
  respond(async () => {
    requireJson(request);
    const version = versionOf(request);
    return editRule((await context.params).rule, await bodyOf(request, RuleDraftSchema), version);
  });

export const DELETE = (request: Request, context: Context) =>
  respond(async () => deleteRule((await context.params).rule, versionOf(request)));
