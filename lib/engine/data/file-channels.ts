import { matchersText } from '#lib/notify/matcher.ts';
import type { Route } from '#lib/notify/route.ts';

import type { NotifyConfig } from '../config/config.ts';
import type { ChannelView } from './alerting-reads.ts';

/** The first route that leads to a receiver, with the matchers on the way to it. */
const routeTo = (route: Route, receiver: string): Route | null => {
  if (route.receiver === receiver) return route;
  for (const child of route.routes) {
    const found = routeTo(child, receiver);
    if (found !== null) return { ...found, matchers: [...route.matchers, ...found.matchers] };
  }
  return null;
};

/** A webhook of the configuration file as a channel, and which one of which receiver it is. */
export interface FileChannel extends Omit<ChannelView, 'waiting' | 'last'> {
  readonly receiver: string;
  readonly webhook: number;
}

/** The webhooks of the configuration file as channels: they can be seen and tested, not edited. */
export const fileChannels = (notify: NotifyConfig | null): FileChannel[] => {
  if (notify === null) return [];
  return notify.receivers.flatMap((receiver) =>
    receiver.webhooks.map((hook, webhook) => {
      const route = routeTo(notify.route, receiver.id) ?? notify.route;
      return {
        id: receiver.webhooks.length === 1 ? receiver.id : `${receiver.id}/${webhook}`,
        source: 'file',
        version: 1,
        receiver: receiver.id,
        webhook,
        draft: {
          name: receiver.name,
          kind: 'webhook',
          url: hook.url,
          matchers: route.matchers.map((matcher) => matchersText([matcher]).slice(1, -1)),
          groupBy: route.groupBy ?? ['...'],
          groupWaitMs: route.groupWaitMs,
          groupIntervalMs: route.groupIntervalMs,
          repeatIntervalMs: route.repeatIntervalMs,
          sendResolved: hook.sendResolved,
        },
      };
    }),
  );
};
