import type { EventDraft, JsonObject } from '#lib/events/event.ts';
import type { NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import type { ProbeRecord } from '../live.ts';
import type { ArrivedHeartbeat } from '../slot.ts';
import type { Group } from './groups.ts';
import type { createWatchMetrics } from './metrics.ts';
import { probeKey } from './plan.ts';
import type { Probes, ProbeSpec } from './probes.ts';
import type { Watched } from './watched.ts';

interface Incarnation {
  readonly id: string | null;
  readonly startedAt: Ms | null;
}

export interface AnswersOptions {
  readonly clock: Clock;
  readonly watched: ReadonlyMap<NodeId, Watched>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly probes: Probes;
  readonly metrics: ReturnType<typeof createWatchMetrics>;
  /** The incarnation that the world knows of a node. */
  readonly told: (node: NodeId) => Incarnation | null;
  readonly tellNode: (
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    node: NodeId,
    title: Text,
    detail: JsonObject,
  ) => void;
  readonly look: (entry: Watched, at: Ms) => void;
  /** A group was told something. */
  readonly onRead: (group: Group) => void;
  /** A member does not have this endpoint. */
  readonly onAbsent: (key: string) => void;
}

/** What answers of probes mean: heartbeats, proofs of death, words of members, and what to ask next. */
export interface Answers {
  take(spec: ProbeSpec, answer: ProbeAnswer): void;
  /** A node sent a heartbeat itself. */
  pushed(node: NodeId, beat: ArrivedHeartbeat): void;
  /** The held connection of an endpoint ended between two probes: its node is asked at once whether it lives. */
  reset(node: NodeId): void;
  /** How the last probe of an endpoint went that is no heartbeat. */
  last(key: string): ProbeRecord | undefined;
  /** Forgets all other endpoints. */
  keep(keys: ReadonlySet<string>): void;
}

const CONFIRM_MS = 250;
/** A dying process resets a few connections until its port is closed; what goes on resetting them is not dying. */
const CONFIRM_RESETS = 10;
const HOST_ANSWERS_MS = 3000;
const ELECTING_POLL_MS = 200;
/** An endpoint that answers so is not there, and is not asked again. */
const ABSENT = [404, 405, 501];

const incarnationOf = (answer: ProbeAnswer): Incarnation | null => {
  if (answer.body === null || answer.body[0] !== 0x7b) return null;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(answer.body));
    if (typeof json !== 'object' || json === null) return null;
    const id =
      'incarnation' in json && (typeof json.incarnation === 'string' || typeof json.incarnation === 'number')
        ? String(json.incarnation)
        : null;
    const started =
      'startedAt' in json && typeof json.startedAt === 'string' ? Date.parse(json.startedAt) : Number.NaN;
    return { id, startedAt: Number.isNaN(started) ? null : started };
  } catch {
    return null; // a heartbeat all the same: its body is its own affair
  }
};

export const createAnswers = (options: AnswersOptions): Answers => {
  const { clock, watched, groups, probes, metrics, told, tellNode, look, onRead, onAbsent } = options;
  const lastRead = new Map<string, ProbeRecord>();

  const hostAnswers = (entry: Watched, at: Ms): boolean => {
    const { host, id } = entry.runtime.plan;
    for (const other of watched.values())
      if (
        other.runtime.plan.host === host &&
        other.runtime.plan.id !== id &&
        other.decision.state !== 'down'
      ) {
        const heard = other.runtime.lastHeard();
        if (heard !== null && at - heard <= HOST_ANSWERS_MS && other.runtime.last()?.outcome === 'ok')
          return true;
      }
    return false;
  };

  const onHeard = (entry: Watched, at: Ms, incarnation: Incarnation | null): void => {
    const restarted = entry.runtime.heard(at, incarnation, !entry.withheld);
    const { id, name } = entry.runtime.plan;
    const known = told(id);
    const now = entry.runtime.incarnation();
    if (restarted)
      tellNode('node.restarted', 'warning', id, say('node.restarted', { node: name }), {
        incarnation: { ...now },
      });
    else if (known?.id !== now.id && now.id !== null)
      tellNode('node.flag', 'info', id, say('node.incarnation', { node: name }), {
        incarnation: { ...now },
      });
    look(entry, at);
  };

  /** What a member says, of itself or of others. */
  const read = (entry: Watched, spec: ProbeSpec, answer: ProbeAnswer): void => {
    const group = groups.get(spec.job);
    if (group === undefined) return;
    const isNews = group.read(spec, answer);
    onRead(group);
    const { statement } = group.asks;
    if (isNews && statement !== null)
      for (const { node } of group.plan.members)
        if (node !== spec.node) probes.now(probeKey(spec.job, node, statement), false);
    if (spec.reads === statement && group.isElecting()) probes.soon(spec.key, ELECTING_POLL_MS, false);
    const { id, name } = entry.runtime.plan;
    const startedAt = answer.outcome === 'ok' ? group.startedAt(id) : null;
    if (startedAt !== null && entry.runtime.began(startedAt, answer.monoAt))
      tellNode('node.restarted', 'warning', id, say('node.restarted', { node: name }), {
        incarnation: { ...entry.runtime.incarnation() },
      });
  };

  const onAnswer = (spec: ProbeSpec, answer: ProbeAnswer): void => {
    const entry = watched.get(spec.node);
    if (entry === undefined) return;
    metrics.probe(answer.outcome, answer.rttMs);
    if (spec.reads !== null) read(entry, spec, answer);
    if (spec.endpoint === 'liveness') {
      onLiveness(entry, spec, answer);
      return;
    }
    lastRead.set(spec.key, {
      at: answer.at,
      outcome: answer.outcome,
      rttMs: answer.rttMs,
      error: answer.error,
    });
    if (answer.status !== null && ABSENT.includes(answer.status)) onAbsent(spec.key);
    if (answer.outcome === 'refused' || answer.outcome === 'reset') {
      const { liveness } = entry.runtime.plan;
      if (liveness !== null && entry.decision.state !== 'down') probes.soon(liveness, 1, true);
    }
  };

  const onLiveness = (entry: Watched, spec: ProbeSpec, answer: ProbeAnswer): void => {
    entry.runtime.record({
      at: answer.at,
      outcome: answer.outcome,
      rttMs: answer.rttMs,
      error: answer.error,
    });
    if (answer.outcome === 'ok') {
      entry.resets = 0;
      onHeard(entry, answer.monoAt, incarnationOf(answer));
      return;
    }
    const wasDown = entry.decision.state === 'down';
    entry.resets = answer.outcome === 'reset' ? entry.resets + 1 : 0;
    const proved = entry.runtime.failed(answer, hostAnswers(entry, answer.monoAt));
    if (answer.outcome === 'reset' && !wasDown && entry.resets <= CONFIRM_RESETS)
      probes.soon(spec.key, 10, true);
    else if (answer.outcome === 'refused' && !proved && !wasDown) probes.soon(spec.key, CONFIRM_MS, true);
    if (proved) look(entry, answer.monoAt);
  };

  return {
    take: onAnswer,
    pushed: (node, beat) => {
      const entry = watched.get(node);
      if (entry === undefined) return;
      entry.runtime.record({ at: beat.arrivedAt, outcome: 'ok', rttMs: null, error: null });
      onHeard(entry, clock.mono(), { id: beat.incarnation, startedAt: null });
    },
    reset: (node) => {
      const runtime = watched.get(node)?.runtime;
      runtime?.reset();
      if (runtime?.plan.liveness != null) probes.now(runtime.plan.liveness, true);
    },
    last: (key) => lastRead.get(key),
    keep: (keys) => lastRead.forEach((_record, key) => keys.has(key) || lastRead.delete(key)),
  };
};
