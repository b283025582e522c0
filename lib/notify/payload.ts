import type { Labels } from '#lib/model/labels.ts';

import type { Notification, ToldAlert } from './dispatch.ts';
import { alertmanagerFingerprint } from './fingerprint.ts';

/** The body of Alertmanager's webhook, version 4 (Alertmanager documentation, "Configuration", `<webhook_config>`). */
export interface WebhookPayload {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly generatorURL: string;
    readonly fingerprint: string;
  }[];
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
}

const NEVER = '0001-01-01T00:00:00Z';

const common = (sets: readonly Labels[]): Labels => {
  const [first = {}, ...rest] = sets;
  return Object.fromEntries(
    Object.entries(first)
      .filter(([name, value]) => rest.every((set) => set[name] === value))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareLabels = (a: Labels, b: Labels): number => {
  for (const name of ['job', 'instance']) {
    const [x, y] = [a[name], b[name]];
    if (x === y) continue;
    if (x === undefined) return 1;
    if (y === undefined) return -1;
    return compareText(x, y);
  }
  const [namesA, namesB] = [Object.keys(a).sort(), Object.keys(b).sort()];
  if (namesA.length !== namesB.length) return namesA.length - namesB.length;
  for (const [i, name] of namesA.entries()) {
    // Of two sets of one size, the one that lacks the smaller name goes first.
    const order = compareText(namesB[i] ?? '', name) || compareText(a[name] ?? '', b[name] ?? '');
    if (order !== 0) return order;
  }
  return 0;
};

const statusOf = (alert: ToldAlert): 'firing' | 'resolved' => (alert.endsAt === null ? 'firing' : 'resolved');

/**
 * A message as Alertmanager would send it: its alerts by job, instance and labels, what is common of the alerts that
 * it carries, and how many were left out.
 */
export const webhookPayload = (
  notification: Notification,
  receiver: string,
  externalUrl: string,
  maxAlerts: number,
): WebhookPayload => {
  const sorted = notification.alerts.toSorted((a, b) => compareLabels(a.labels, b.labels));
  const alerts = maxAlerts === 0 ? sorted : sorted.slice(0, maxAlerts);
  return {
    receiver,
    status: alerts.some((alert) => alert.endsAt === null) ? 'firing' : 'resolved',
    alerts: alerts.map((alert) => ({
      status: statusOf(alert),
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.startsAt).toISOString(),
      endsAt: alert.endsAt === null ? NEVER : new Date(alert.endsAt).toISOString(),
      generatorURL: alert.generatorUrl,
      fingerprint: alertmanagerFingerprint(alert.labels),
    })),
    groupLabels: notification.group.labels,
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    externalURL: externalUrl,
    version: '4',
    groupKey: notification.group.key,
    truncatedAlerts: sorted.length - alerts.length,
  };
};
