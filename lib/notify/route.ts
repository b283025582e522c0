import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { matchersText, matchesAll } from './matcher.ts';
import type { LabelMatcher } from './matcher.ts';

/** One webhook of a receiver (Alertmanager documentation, "Configuration", `<webhook_config>`). */
export interface Webhook {
  readonly url: string;
  readonly sendResolved: boolean;
  /** Most alerts of one message; 0: all. */
  readonly maxAlerts: number;
  /** The value of the Authorization header; null: none. */
  readonly authorization: string | null;
  readonly timeoutMs: Ms;
}

/** Where notifications go. `id` tells receivers of the file from channels of the same name. */
export interface Receiver {
  readonly id: string;
  readonly name: string;
  readonly webhooks: readonly Webhook[];
}

/** A node of the routing tree, with everything inherited from its parents filled in. */
export interface Route {
  /** The id of its receiver. */
  readonly receiver: string;
  readonly matchers: readonly LabelMatcher[];
  /** Label names; null: every label (`...`). */
  readonly groupBy: readonly string[] | null;
  readonly groupWaitMs: Ms;
  readonly groupIntervalMs: Ms;
  readonly repeatIntervalMs: Ms;
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

/** A route that an alert takes, with the key of the path to it as Alertmanager writes it: `{}/{severity="critical"}`. */
export interface TakenRoute {
  readonly route: Route;
  readonly key: string;
}

/**
 * The routes that a label set takes: the deepest that match; at one level the first, and the next ones after a route
 * with `continue` (Alertmanager documentation, "Configuration", `<route>`).
 */
export const routesFor = (route: Route, labels: Labels, parentKey: string | null = null): TakenRoute[] => {
  if (!matchesAll(route.matchers, labels)) return [];
  const text = matchersText(route.matchers);
  const key = parentKey === null ? text : `${parentKey}/${text}`;
  const taken: TakenRoute[] = [];
  for (const child of route.routes) {
    const found = routesFor(child, labels, key);
    taken.push(...found);
    if (found.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [{ route, key }];
};

/** The labels by which a route groups an alert. */
export const groupLabelsOf = (route: Route, labels: Labels): Labels => {
  const names = route.groupBy ?? Object.keys(labels);
  return Object.fromEntries(
    [...new Set(names)]
      .sort()
      .flatMap((name) => (Object.hasOwn(labels, name) ? [[name, labels[name] ?? '']] : [])),
  );
};

/** A group's key as Alertmanager writes it: `{}/{severity="critical"}:{alertname="NodeDown"}`. */
export const groupKeyOf = (routeKey: string, labels: Labels): string =>
  `${routeKey}:{${Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(', ')}}`;
