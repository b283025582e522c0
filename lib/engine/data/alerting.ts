import { randomUUID } from 'node:crypto';

import type { EventDraft } from '#lib/events/event.ts';
import type { AlertWords, World } from '#lib/events/world.ts';
import type { Labels } from '#lib/model/labels.ts';
import { say } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { Receiver, Webhook } from '#lib/notify/route.ts';
import { instantQuery, parsePromql } from '#lib/promql/promql.ts';
import type { Queryable } from '#lib/promql/value.ts';
import { finish } from '#lib/promql/work.ts';
import { checkExpr, limitText } from '#lib/rules/expr.ts';
import { readyRules } from '#lib/rules/ready-rules.ts';
import type { GroupSettings, Rule, RuleDraft } from '#lib/rules/rule.ts';
import { vectorOf } from '#lib/rules/series.ts';
import type { RuleSample } from '#lib/rules/series.ts';
import { createTemplates } from '#lib/rules/template/alert-template.ts';
import type { WebhookSender } from '#lib/send/webhook.ts';
import type { ChannelJson, StateReader, Version } from '#lib/store/state/state-store.ts';

import type { Config } from '../config/config.ts';
import { clusterOf } from './alert-states.ts';
import type { AlertingReads, AlertPlace, RuleView } from './alerting-reads.ts';
import { createBook, refusal } from './book.ts';
import { testWebhook } from './channel-test.ts';
import { channelReceiver, checkChannel, routing } from './channels.ts';
import type { ChannelDraft } from './channels.ts';
import { createFileChannelVersions } from './file-channel-versions.ts';
import type { FileChannelDraft } from './file-channel-versions.ts';
import { fileChannels } from './file-channels.ts';
import { createNotifications } from './notifications.ts';
import type { Notifications } from './notifications.ts';
import { channelsAt } from './past-channels.ts';
import { groupView, rulesAt } from './past-rules.ts';
import { preview } from './preview.ts';
import type { QueryRunner } from './query-runner.ts';
import { createRuleEdits } from './rule-edits.ts';
import { createRuleFiles } from './rule-files.ts';
import { UI_SETTINGS } from './rule-groups.ts';
import { createRuleManager } from './rule-manager.ts';
import type { Samples } from './samples.ts';
import type { Slices } from './slices.ts';
import type { StateLog } from './state-log.ts';

/** Rules, alerts, channels and notifications: everything between the samples and the receivers. */
export interface Alerting {
  readonly reads: AlertingReads;
  readonly stored: Notifications['stored'];
  /** Goes on from what is stored. @param downMs how long nothing was evaluated */
  restore(reader: StateReader, downMs: Ms): Promise<void>;
  configure(config: Config): Promise<void>;
  /** @param ready resolves when the samples are there that rules look at first */
  run(ready: Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface AlertingOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: StateLog;
  readonly sender: WebhookSender;
  readonly queryable: Queryable;
  readonly samples: Pick<Samples, 'select'>;
  readonly slices: Slices;
  readonly runner: QueryRunner;
  readonly reader: () => StateReader;
  readonly world: () => World;
  readonly worldAt: (at: Ms) => Promise<World>;
  readonly write: (samples: readonly RuleSample[], ended: readonly Labels[], at: Ms) => void;
  /** Where this monitor is reached, unless the configuration says it. */
  readonly ownUrl: string;
  readonly config: Config;
  readonly pause: (ms: Ms, signal: AbortSignal) => Promise<void>;
}

const MOST_PARSED = 2000;
const PREVIEW_MS = 30_000;

/** Parses an expression once: rules are evaluated again and again. */
const createParsed = () => {
  const parsed = new Map<string, ReturnType<typeof parsePromql>>();
  return (text: string) => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    if (parsed.size >= MOST_PARSED) parsed.clear();
    const expr = parsePromql(text);
    parsed.set(text, expr);
    return expr;
  };
};

const channelEvent = (change: string, name: string, id: string): EventDraft => ({
  kind: 'channel.changed',
  severity: 'info',
  cluster: null,
  node: null,
  title: say(`channel.${change}`, { name }),
  detail: { id, name, change },
});

export const createAlerting = (options: AlertingOptions): Alerting => {
  const { clock, log, sender, queryable, world } = options;
  const ruleBook = createBook<RuleDraft>('rule');
  const groupBook = createBook<GroupSettings>('rule group');
  const channelBook = createBook<ChannelDraft>('channel');
  const parsed = createParsed();
  const readyIds = new Set(readyRules.rules.map((rule) => rule.id));
  let config = options.config;
  let isRestored = false;
  let configuring: Promise<void> = Promise.resolve();
  let placesVersion = 0;
  let placesOf: readonly AlertWords[] = [];

  const externalUrl = (): string => (config.self.externalUrl ?? options.ownUrl).replace(/\/$/, '');
  const query = (expr: string, at: Ms) => instantQuery(parsed(expr), queryable, at);
  const templates = () =>
    createTemplates({
      externalLabels: config.externalLabels,
      externalUrl: externalUrl(),
      query: (expr, at) => vectorOf(finish(query(expr, at))),
    });
  let currentTemplates = templates();

  const notifications = createNotifications({
    clock,
    random: options.random,
    log,
    sender,
    current: (id) => manager.alert(id),
    pause: options.pause,
  });
  const manager = createRuleManager({
    clock,
    log,
    notifications,
    parts: () => ({
      ready: [readyRules],
      files: files.groups(),
      edited: ruleBook.all(),
      settings: groupBook.all(),
    }),
    query,
    slices: options.slices,
    limitOf: limitText,
    templates: () => currentTemplates,
    write: options.write,
    pause: options.pause,
  });

  const files = createRuleFiles({ log, checkExpr, onChange: () => manager.regroup() });
  const fileChannelVersions = createFileChannelVersions(log);
  const editRules = createRuleEdits({
    log,
    reader: options.reader,
    manager,
    rules: ruleBook,
    groups: groupBook,
    readyIds,
  });

  const route = (): void =>
    notifications.configure({
      ...routing(config.notify, channelBook.all()),
      externalUrl: externalUrl(),
      externalLabels: config.externalLabels,
    });

  const groupVersion = (name: string): number => groupBook.get(name)?.version ?? 0;

  const viewOf = (rule: Rule): RuleView => {
    const { health, error, evaluatedAt, evaluationMs, alerts } = manager.stateOf(rule.id);
    const version = ruleBook.get(rule.id);
    return {
      rule,
      health,
      error,
      evaluatedAt,
      evaluationMs,
      alerts: [...alerts.values()].filter((alert) => alert.state !== 'resolved'),
      changedAt: version?.at ?? null,
      actor: version?.actor ?? null,
    };
  };

  const editChannel: AlertingReads['editChannel'] = async (edit) => {
    checkChannel(edit.draft);
    if (edit.id !== null && channelBook.get(edit.id) === undefined)
      throw edit.id.startsWith('file:')
        ? refusal('read-only', 'this channel stands in the configuration file; change it there and reload')
        : refusal('not-found', `no channel has the id "${edit.id}"`);
    const id = edit.id ?? `ch-${randomUUID().slice(0, 8)}`;
    await log.apply((at, event) => {
      const version = channelBook.write({ ...edit, id }, 0, at);
      const json: Version<ChannelJson> = { ...version, draft: { ...version.draft } };
      const told = event(channelEvent(edit.change, edit.draft.name, id), edit.actor);
      return { change: { channels: [json], events: [told] }, result: undefined };
    });
    route();
    return id;
  };

  /** The receiver and the webhook that a draft, or the id of a channel, means. */
  const webhookOf = (asked: ChannelDraft | string): readonly [Receiver, Webhook | undefined] => {
    if (typeof asked !== 'string') {
      checkChannel(asked);
      const receiver = channelReceiver('', asked);
      return [receiver, receiver.webhooks[0]];
    }
    const own = channelBook.get(asked);
    const inFile = fileChannels(config.notify).find(({ id }) => id === asked);
    const receiver =
      own !== undefined
        ? channelReceiver(asked, own.draft)
        : config.notify?.receivers.find(({ id }) => id === inFile?.receiver);
    if (receiver === undefined) throw refusal('not-found', `no channel has the id "${asked}"`);
    return [receiver, receiver.webhooks[inFile?.webhook ?? 0]];
  };

  const testChannel: AlertingReads['testChannel'] = async (asked, actor) => {
    const [receiver, hook] = webhookOf(asked);
    if (hook === undefined) throw refusal('not-found', 'the channel has no address');
    return testWebhook(receiver, hook, { clock, log, sender, externalUrl: externalUrl() }, actor);
  };

  /** The words of the log, with the value of the last evaluation. */
  const wordsNow = (words: AlertWords): AlertWords => {
    const alert = manager.alert(words.id);
    if (alert === null || alert.state === 'resolved') return words;
    const value = Number.isFinite(alert.value) ? alert.value : null;
    return { ...words, value, annotations: alert.annotations, keptSince: alert.keptSince };
  };

  const whenRestored =
    <A extends unknown[], R>(read: (...given: A) => R) =>
    (...given: A): R => {
      if (!isRestored) throw refusal('not-ready', 'the rules are still being read');
      return read(...given);
    };

  const reads: AlertingReads = {
    rules: whenRestored(() => ({
      at: clock.wall(),
      groups: manager
        .groups()
        .map((group) =>
          groupView(
            group,
            group.source === 'ui' ? groupVersion(group.name) : 1,
            manager.evaluationOf(group),
            viewOf,
          ),
        ),
      problems: files.problems(),
    })),
    rulesAt: whenRestored(async (at) => {
      await log.settle(at);
      return rulesAt(at, options.reader(), options.samples, [readyRules], await options.worldAt(at));
    }),
    ruleGroup: whenRestored((name) => ({
      version: groupVersion(name),
      settings: groupBook.get(name)?.draft ?? UI_SETTINGS,
    })),
    ruleVersions: (id) => options.reader().ruleVersions(id),
    ruleGroupVersions: (name) => options.reader().ruleGroupVersions(name),
    editRules: whenRestored((edits, groups = []) => editRules(edits, groups)),
    preview: whenRestored((asked, signal) =>
      options.runner.run({ timeoutMs: PREVIEW_MS, signal }, (bounds) =>
        preview(asked, queryable, clock, bounds),
      ),
    ),
    alertsNow: whenRestored(async (at) => {
      await log.settle(at);
      return [...world().alerts.values()].map((words) => ({
        words: wordsNow(words),
        notification: notifications.lastOf(words.id),
      }));
    }),
    alertPlaces: whenRestored(async (version, at) => {
      await log.settle(at);
      // The world goes on in place; what is said of an alert is made anew whenever it changes.
      const alerts = [...world().alerts.values()];
      if (
        placesVersion === 0 ||
        alerts.length !== placesOf.length ||
        alerts.some((words, i) => words !== placesOf[i])
      ) {
        placesOf = alerts;
        placesVersion = Math.max(placesVersion + 1, clock.wall());
      }
      if (version === placesVersion) return null;
      const places = alerts.map(({ state, severity, labels }): AlertPlace => ({
        state,
        severity,
        cluster: clusterOf(labels),
        node: labels.node ?? null,
      }));
      return { version: placesVersion, places };
    }),
    channels: whenRestored(() => [
      ...channelBook.all().map(({ id, version, draft }) => ({
        id,
        source: 'ui' as const,
        version,
        draft,
        ...notifications.receiverState(`channel:${id}`, 0),
      })),
      ...fileChannels(config.notify).map(({ receiver, webhook, ...view }) => ({
        ...view,
        ...notifications.receiverState(receiver, webhook),
      })),
    ]),
    channelsAt: whenRestored(async (at) => {
      await log.settle(at);
      return channelsAt(at, options.reader());
    }),
    editChannel: whenRestored(editChannel),
    testChannel: whenRestored(testChannel),
  };

  return {
    reads,
    stored: notifications.stored,
    restore: async (reader, downMs) => {
      ruleBook.load(await reader.rules());
      groupBook.load(await reader.ruleGroups());
      files.load(await reader.ruleFiles());
      const channels = await reader.channels();
      // Written by `editChannel` from a draft, or by `createFileChannelVersions`.
      const isOfFile = ({ id }: Version<ChannelJson>): boolean => id.startsWith('file:');
      channelBook.load(
        channels
          .filter((version) => !isOfFile(version) && version.change !== 'deleted')
          .map((version) => ({ ...version, draft: version.draft as unknown as ChannelDraft })),
      );
      fileChannelVersions.load(
        channels
          .filter(isOfFile)
          .map((version) => ({ ...version, draft: version.draft as unknown as FileChannelDraft })),
      );
      const alerts = await notifications.restore(reader);
      route();
      await manager.restore(alerts, downMs);
      await files.configure(config);
      await manager.regroup();
      void fileChannelVersions.follow(config.notify).catch(() => undefined); // only when we stop
      isRestored = true;
    },
    configure: (next) => {
      config = next;
      currentTemplates = templates();
      if (!isRestored) return Promise.resolve();
      route();
      configuring = configuring
        .catch(() => undefined)
        .then(() => Promise.all([files.configure(next), fileChannelVersions.follow(next.notify)]))
        .then(() => undefined);
      return configuring;
    },
    run: async (ready, signal) => {
      signal.addEventListener('abort', files.stop, { once: true });
      const notifying = notifications.run(signal);
      await ready;
      await manager.run(signal);
      await notifying;
    },
  };
};
