import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { importRules } from '#lib/api/rules.ts';
import { RuleYamlSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return importRules((await bodyOf(request, RuleYamlSchema)).yaml);
  });
