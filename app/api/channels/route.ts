import { createChannel, readChannels } from '#lib/api/channels.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson } from '#lib/api/request.ts';
import { ChannelDraftSchema } from '#lib/api/schema-alerts.ts';

export const GET = () => respond(readChannels);

export const POST = (request: Request) =>
  respond(async () => {
    requireJson(request);
    return createChannel(await bodyOf(request, ChannelDraftSchema));
  }, 201);
