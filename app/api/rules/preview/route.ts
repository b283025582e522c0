import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { previewRule } from '#lib/api/rules.ts';
import { PreviewRequestSchema } from '#lib/api/schema-rules.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return previewRule(await bodyOf(request, PreviewRequestSchema), request.signal);
  });
