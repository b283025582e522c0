import type { Labels } from '#lib/model/labels.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { EventDraft } from '#lib/events/event.ts';
import { say } from '#lib/model/text.ts';
import { restoreAlert } from '#lib/rules/alerting.ts';
import type { AlertTransition, Templates } from '#lib/rules/alerting.ts';
import { evaluateGroup, retireRule, unevaluated } from '#lib/rules/group.ts';
import type { QueryFunc, RuleState } from '#lib/rules/group.ts';
import type { Alert, Rule, RuleGroup } from '#lib/rules/rule.ts';
import { alertSamples, endedSeries, seriesOf } from '#lib/rules/series.ts';
import type { RuleSample } from '#lib/rules/series.ts';

import { alertEvent } from './alert-states.ts';
import { evaluationSamples, evaluationSeries } from './group-evaluations.ts';
import type { GroupEvaluation } from './group-evaluations.ts';
import type { LimitOf } from './alert-states.ts';
import type { Notifications } from './notifications.ts';
import { allGroups, groupIdOf, nextEvaluation } from './rule-groups.ts';
import type { RuleParts } from './rule-groups.ts';
import type { Slices } from './slices.ts';
import type { StateLog } from './state-log.ts';

/** Evaluates every rule group on its own interval, each beside the others, and keeps what is known of alerts. */
export interface RuleManager {
  /** Goes on with alerts that were remembered. @param downMs how long nothing was evaluated */
  restore(alerts: readonly Alert[], downMs: Ms): Promise<void>;
  /** Takes the rules as they are now: of files, of the UI, and the switches of ready ones. */
  regroup(): Promise<void>;
  groups(): readonly RuleGroup[];
  ruleOf(id: string): Rule | undefined;
  stateOf(id: string): RuleState;
  /** Null: not evaluated yet. */
  evaluationOf(group: RuleGroup): GroupEvaluation | null;
  alert(id: string): Alert | null;
  /** Resolves when nothing is evaluated any more; what is being evaluated ends with its next slice. */
  run(signal: AbortSignal): Promise<void>;
}

export interface RuleManagerOptions {
  readonly clock: Clock;
  readonly log: StateLog;
  readonly notifications: Pick<Notifications, 'changeFor'>;
  readonly parts: () => RuleParts;
  readonly query: QueryFunc;
  readonly slices: Slices;
  readonly limitOf: LimitOf;
  readonly templates: () => Templates;
  /** Stores samples that a rule made, and stale markers of series that ended. */
  readonly write: (samples: readonly RuleSample[], ended: readonly Labels[], at: Ms) => void;
  readonly pause: (ms: Ms, signal: AbortSignal) => Promise<void>;
}

interface Scheduled {
  readonly group: RuleGroup;
  readonly nextAt: Ms;
}

const TURN_MS = 50;
/** A group that is later than this leaves the instants it missed out. */
const LATE_MS = 1000;

/** What is told of rules that could not be evaluated for the first time, and of those that can again. */
const healthEvents = (
  rules: readonly Rule[],
  before: ReadonlyMap<string, RuleState>,
  after: ReadonlyMap<string, RuleState>,
): EventDraft[] =>
  rules.flatMap(({ id, name }) => {
    const { health, error } = after.get(id) ?? unevaluated;
    const hadFailed = before.get(id)?.health === 'err';
    if (hadFailed === (health === 'err') || health === 'unknown') return [];
    const isFailed = health === 'err';
    return [
      {
        kind: isFailed ? ('rule.failed' as const) : ('rule.recovered' as const),
        severity: isFailed ? 'warning' : 'info',
        cluster: null,
        node: null,
        title: isFailed ? say('rule.failed', { rule: name, error }) : say('rule.recovered', { rule: name }),
        detail: { id, rule: name, error },
      },
    ];
  });

export const createRuleManager = (options: RuleManagerOptions): RuleManager => {
  const { clock, log, notifications, limitOf, slices, write } = options;
  const states = new Map<string, RuleState>();
  const rules = new Map<string, Rule>();
  /** The group of each rule, by their ids. */
  const groupOf = new Map<string, string>();
  /** Groups that are being evaluated. */
  const running = new Map<string, Promise<void>>();
  /** Why an evaluation ended that was not stopped: an error of ours, since those of rules are theirs. */
  const broken: unknown[] = [];
  const evaluations = new Map<string, GroupEvaluation>();
  let groups: readonly RuleGroup[] = [];
  let schedule = new Map<string, Scheduled>();

  /** Stores transitions, what they are called in the log, and what must be told of them, as one change. */
  const store = async (
    transitions: readonly AlertTransition[],
    ruleOf: (id: string) => Rule | null,
    touched: readonly Alert[] = [],
    told: readonly EventDraft[] = [],
  ) => {
    if (transitions.length + touched.length + told.length === 0) return;
    await log.apply((at, event) => ({
      change: {
        ...notifications.changeFor(transitions, touched, at),
        events: [
          ...transitions.flatMap((transition) =>
            alertEvent(transition, ruleOf(transition.alert.ruleId), limitOf, at),
          ),
          ...told,
        ].map((draft) => event(draft)),
      },
      result: undefined,
    }));
  };

  /** Rules that are not there any more: their alerts end, and their series. */
  const retireGone = async (before: ReadonlyMap<string, Rule>): Promise<void> => {
    const at = clock.wall();
    const transitions: AlertTransition[] = [];
    for (const [id, state] of states) {
      if (rules.has(id)) continue;
      states.delete(id);
      const retired = retireRule(state, at);
      transitions.push(...retired.transitions);
      if (retired.ended.length > 0) write([], retired.ended, at);
    }
    await store(transitions, (id) => before.get(id) ?? null);
  };

  const regroup = async (): Promise<void> => {
    const before = new Map(rules);
    const scheduledBefore = schedule;
    groups = allGroups(options.parts());
    rules.clear();
    groupOf.clear();
    for (const group of groups)
      for (const rule of group.rules) {
        rules.set(rule.id, rule);
        groupOf.set(rule.id, groupIdOf(group));
      }
    const now = clock.wall();
    schedule = new Map(
      groups.map((group) => {
        const id = groupIdOf(group);
        const known = schedule.get(id);
        const isSame = known !== undefined && known.group.intervalMs === group.intervalMs;
        return [id, { group, nextAt: isSame ? known.nextAt : nextEvaluation(group, now) }];
      }),
    );
    for (const [id, { group }] of scheduledBefore)
      if (!schedule.has(id) && evaluations.delete(id)) write([], evaluationSeries(group), now);
    await retireGone(before);
  };

  const noteEvaluation = (group: RuleGroup, evaluation: GroupEvaluation): void => {
    const id = groupIdOf(group);
    if (!schedule.has(id)) return; // it was removed meanwhile
    evaluations.set(id, evaluation);
    write(evaluationSamples(group, evaluation), [], evaluation.at);
  };

  const evaluate = async (group: RuleGroup, at: Ms, signal: AbortSignal): Promise<void> => {
    const { query, templates } = options;
    const began = clock.mono();
    const before = new Map(group.rules.map(({ id }) => [id, states.get(id)]));
    const made = await slices.run(
      'rules',
      evaluateGroup(group, at, states, {
        query,
        write: (_rule, samples, ended, when) => write(samples, ended, when),
        mono: () => clock.mono(),
        templates: templates(),
      }),
      () => signal.throwIfAborted(),
    );
    // A rule that was removed meanwhile has ended already, also one that came back; one that went to another group goes on there.
    const ours = new Set(
      [...before]
        .filter(([id, state]) => groupOf.get(id) === groupIdOf(group) && states.get(id) === state)
        .map(([id]) => id),
    );
    const told = healthEvents(
      group.rules.filter(({ id }) => ours.has(id)),
      states,
      made.rules,
    );
    noteEvaluation(group, {
      at,
      durationMs: clock.mono() - began,
      failed: made.rules
        .values()
        .filter(({ health }) => health === 'err')
        .toArray().length,
    });
    const end = Math.max(clock.wall(), at + 1); // at the instant of a value a marker would end nothing
    for (const [id, state] of made.rules)
      if (ours.has(id)) states.set(id, state);
      else write([], endedSeries(state.series, states.get(id)?.series ?? new Map()), end);
    await store(
      made.transitions.filter(({ alert }) => ours.has(alert.ruleId)),
      (id) => rules.get(id) ?? null,
      made.touched.filter(({ ruleId }) => ours.has(ruleId)),
      told,
    );
  };

  /** Begins to evaluate the groups that are due, each at the instant it was due at. One that is still at it leaves the instant out. */
  const turn = (signal: AbortSignal): void => {
    for (const [id, { group, nextAt }] of schedule) {
      if (running.has(id)) continue;
      const now = clock.wall();
      const isEarly = nextAt > now;
      if (isEarly && nextAt - now <= group.intervalMs) continue;
      // After a long sleep, a long evaluation, or a jump of the clock, only the instant next to now counts.
      const next = nextEvaluation(group, now);
      const at = !isEarly && now - nextAt <= LATE_MS ? nextAt : next - group.intervalMs;
      schedule.set(id, { group, nextAt: next });
      if (isEarly) continue;
      const evaluation = evaluate(group, at, signal)
        .catch((cause: unknown) => {
          if (!signal.aborted) broken.push(cause);
        })
        .finally(() => running.delete(id));
      running.set(id, evaluation);
    }
  };

  return {
    restore: async (alerts, downMs) => {
      const active = alerts.filter((alert) => alert.state !== 'resolved');
      const known = active.filter((alert) => restoreAlert(alert, downMs) !== null);
      const byRule = Map.groupBy(known, (alert) => alert.ruleId);
      for (const [id, list] of byRule) {
        const byId = new Map(list.map((alert) => [alert.id, alert]));
        states.set(id, { ...unevaluated, alerts: byId, series: seriesOf(alertSamples(byId)) });
      }
      const forgotten = active.filter((alert) => !known.includes(alert));
      await store(
        forgotten.map((alert) => ({ alert, from: alert.state, to: 'inactive' })),
        () => null,
      );
    },
    regroup,
    groups: () => groups,
    ruleOf: (id) => rules.get(id),
    evaluationOf: (group) => evaluations.get(groupIdOf(group)) ?? null,
    stateOf: (id) => states.get(id) ?? unevaluated,
    alert: (id) => states.get(id.slice(0, id.lastIndexOf('/')))?.alerts.get(id) ?? null,
    run: async (signal) => {
      while (!signal.aborted && broken.length === 0) {
        turn(signal);
        await options.pause(TURN_MS, signal);
      }
      await Promise.all(running.values());
      if (broken.length > 0) throw broken[0];
    },
  };
};
