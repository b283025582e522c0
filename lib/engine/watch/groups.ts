import { evaluateAll, parseJson } from '#lib/consensus/rules.ts';
import type { Body } from '#lib/consensus/rules.ts';
import { plainGroup } from '#lib/consensus/plain-group.ts';
import { transitions } from '#lib/consensus/transitions.ts';
import { createClusterView } from '#lib/consensus/view.ts';
import type { ClusterPicture, ClusterView, NodeSight } from '#lib/consensus/view.ts';
import type { EventDraft } from '#lib/events/event.ts';
import type { ClusterWords } from '#lib/events/world.ts';
import { createTextCache } from '#lib/exposition/text.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Reading } from '#lib/model/reading.ts';
import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import type { LiveCluster } from '../live.ts';
import type { ClusterPlan } from './plan.ts';
import type { ProbeSpec } from './probes.ts';

/** One cluster as it is watched: its members' statements in, its words and events out. */
export interface Group {
  readonly plan: ClusterPlan;
  read(spec: ProbeSpec, answer: ProbeAnswer): void;
  /** Whether the other members hear a node that we do not. */
  peersHear(node: NodeId, nowWall: Ms): boolean;
  /** True once every member was asked, so that the first verdict is no guess. */
  isComplete(): boolean;
  /** @returns what happened since the last look; nothing when nothing did */
  evaluate(nowWall: Ms, sight: (node: NodeId) => NodeSight): EventDraft[];
  words(): ClusterWords | null;
  numbers(): Omit<LiveCluster, 'words' | 'strongest'>;
  leaderChanges(): number;
  /** Without an agreed leader the members are asked more often. */
  isElecting(): boolean;
}

const NO_NUMBERS = { observedAt: null, commit: null, headings: null, members: [], peers: [] } as const;

const NO_LIMITS = { samples: 0, labels: 0, labelNameBytes: 0, labelValueBytes: 0 } as const;

/** A body as the rules read it; null when it is not what it should be. */
const bodyOf = (parse: string, bytes: Uint8Array): Body | null => {
  if (parse === 'metrics') {
    const labels: Labels[] = [];
    const read = createTextCache({ add: (found) => labels.push(found) - 1 }, NO_LIMITS).scrape(bytes);
    if (!read.ok) return null;
    const { refs, values } = read.changed;
    return {
      kind: 'metrics',
      samples: refs.map((ref, i) => ({ labels: labels[ref] ?? {}, value: values[i] ?? 0 })),
    };
  }
  try {
    return { kind: 'json', value: parseJson(new TextDecoder().decode(bytes)) };
  } catch {
    return null;
  }
};

/** What an endpoint answered, by the adapter's rules. */
const readingOf = (plan: ClusterPlan, spec: ProbeSpec, answer: ProbeAnswer): Reading => {
  const base = { node: spec.node, endpoint: spec.endpoint, sentAt: answer.sentAt, observedAt: answer.at };
  const rules = plan.adapter?.fields[spec.endpoint];
  if (answer.outcome !== 'ok' || answer.body === null || rules === undefined)
    return { ...base, error: answer.outcome, fields: {} };
  const body = bodyOf(plan.adapter?.endpoints[spec.endpoint]?.parse ?? 'json', answer.body);
  return body === null
    ? { ...base, error: 'unreadable', fields: {} }
    : { ...base, error: null, fields: evaluateAll(rules, body, spec.node) };
};

const createPlain = (plan: ClusterPlan, restored: ClusterWords | null): Group => {
  let words = restored;
  return {
    plan,
    read: () => undefined,
    peersHear: () => false,
    isComplete: () => true,
    evaluate: (now, sight) => {
      const next = plainGroup(
        plan.id,
        plan.members.map(({ node }) => ({ node, state: sight(node).state })),
        words,
        now,
      );
      const drafts = transitions(words, next);
      words = next;
      return drafts;
    },
    words: () => words,
    numbers: () => NO_NUMBERS,
    leaderChanges: () => 0,
    isElecting: () => false,
  };
};

/** @param restored the words that stood before our own restart */
export const createGroup = (plan: ClusterPlan, restored: ClusterWords | null): Group => {
  const { adapter } = plan;
  if (adapter === null) return createPlain(plan, restored);
  const slowest = Math.max(
    ...Object.values(adapter.endpoints).map((endpoint) => endpoint.intervalMs + endpoint.timeoutMs),
  );
  const view: ClusterView = createClusterView({
    id: plan.id,
    name: plan.id,
    system: plan.system,
    protocol: adapter.protocol,
    termKind: adapter.term.kind,
    electionTimeoutMs: plan.electionTimeoutMs,
    staleMs: slowest,
    members: plan.members,
    restored,
  });
  const asked = new Set<NodeId>();
  let words = restored;
  let picture: ClusterPicture | null = null;
  let leaderChanges = 0;
  let wasStalled = false;
  return {
    plan,
    read: (spec, answer) => {
      asked.add(spec.node);
      view.read(readingOf(plan, spec, answer));
    },
    peersHear: (node, now) => view.peersHear(node, now).majority,
    isComplete: () => asked.size >= plan.members.length,
    evaluate: (now, sight) => {
      picture = view.evaluate(now, sight);
      const drafts = transitions(words, picture.words);
      if (picture.stalled !== wasStalled && words !== null) {
        wasStalled = picture.stalled;
        const kind = picture.stalled ? 'commit.stalled' : 'commit.resumed';
        drafts.unshift({
          kind,
          severity: picture.stalled ? 'warning' : 'info',
          cluster: plan.id,
          node: null,
          title: say(kind, { cluster: plan.id }),
          detail: { index: picture.commit?.index ?? null },
        });
      }
      // The leader that is found first has changed nothing: the counter begins at 0.
      if (words !== null) leaderChanges += drafts.filter((draft) => draft.kind === 'leader.elected').length;
      words = picture.words;
      return drafts;
    },
    words: () => words,
    numbers: () =>
      picture === null
        ? NO_NUMBERS
        : {
            observedAt: picture.observedAt,
            commit: picture.commit,
            headings: picture.headings,
            members: picture.members,
            peers: picture.peers,
          },
    leaderChanges: () => leaderChanges,
    isElecting: () =>
      picture !== null && picture.words.leader?.state !== 'one' && picture.words.level !== 'lost',
  };
};
