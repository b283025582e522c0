import { createChannel, readChannels } from '#lib/api/channels.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, queryOf, requireJson } from '#lib/api/request.ts';
import { ChannelDraftSchema } from '#lib/api/schema-alerts.ts';

export const GET = (request: Request) => respond(() => readChannels(queryOf(request).get('at')));

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return createChannel(await bodyOf(request, ChannelDraftSchema));
  }, 201);
