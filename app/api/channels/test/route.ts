import { testChannel } from '#lib/api/channels.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { ChannelDraftSchema } from '#lib/api/schema-alerts.ts';

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return testChannel(await bodyOf(request, ChannelDraftSchema));
  });
