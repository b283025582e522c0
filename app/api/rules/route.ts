import { respond } from '#lib/api/problem.ts';
import { bodyOf, queryOf, requireJson } from '#lib/api/request.ts';
import { createRule, readRules } from '#lib/api/rules.ts';
import { RuleDraftSchema } from '#lib/api/schema-rules.ts';

export const GET = (request: Request) => respond(() => readRules(queryOf(request).get('at')));

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return createRule(await bodyOf(request, RuleDraftSchema));
  }, 201);
