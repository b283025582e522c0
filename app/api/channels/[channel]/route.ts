import { deleteChannel, editChannel } from '#lib/api/channels.ts';
import { respond } from '#lib/api/problem.ts';
import { bodyOf, requireJson, versionOf } from '#lib/api/request.ts';
import { ChannelDraftSchema } from '#lib/api/schema-alerts.ts';

type Context = RouteContext<'/api/channels/[channel]'>;

export const PUT = (request: Request, context: Context) =>
  respond(async () => {
    requireJson(request);
    const version = versionOf(request);
    return editChannel((await context.params).channel, await bodyOf(request, ChannelDraftSchema), version);
  });

export const DELETE = (request: Request, context: Context) =>
  respond(async () => deleteChannel((await context.params).channel, versionOf(request)));
