import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { renderRule } from '#lib/api/rules.ts';
import { RuleDraftSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return renderRule(await bodyOf(request, RuleDraftSchema));
  });
