import { statementEndpoint } from '#lib/consensus/adapter.ts';
import type { Adapter } from '#lib/consensus/adapter.ts';
import { bodyOf } from '#lib/consensus/body.ts';
import { evaluateAll } from '#lib/consensus/rules.ts';
import { plainGroup } from '#lib/consensus/plain-group.ts';
import { transitions } from '#lib/consensus/transitions.ts';
import { createClusterView } from '#lib/consensus/view.ts';
import type { ClusterPicture, ClusterView, NodeSight } from '#lib/consensus/view.ts';
import type { EventDraft } from '#lib/events/event.ts';
import type { ClusterWords } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { MemberSeen, Reading } from '#lib/model/reading.ts';
import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import type { LiveCluster } from '../live.ts';
import type { ClusterPlan } from './plan.ts';
import type { ProbeSpec } from './probes.ts';

/** One cluster as it is watched: its members' statements in, its words and events out. */
export interface Group {
  readonly plan: ClusterPlan;
  /** @returns whether the member now says something else of leader or term */
  read(spec: ProbeSpec, answer: ProbeAnswer): boolean;
  /** When a member's process began, where its endpoints tell; null: they do not. */
  startedAt(node: NodeId): Ms | null;
  /** The members as they list themselves; null: they do not. */
  listed(): readonly MemberSeen[] | null;
  /** Endpoints in which a member tells of itself, of its peers, and who belongs to the group. */
  readonly asks: {
    readonly statement: string | null;
    readonly peers: readonly string[];
    readonly lists: readonly string[];
  };
  /** Whether the other members hear a node that we have not heard for so long. */
  peersHear(node: NodeId, nowWall: Ms, silentMs: Ms): boolean;
  /** True once every member was asked or had time to answer, so that the first verdict is no guess. */
  isReady(at: Ms): boolean;
  /** @returns what happened since the last look; nothing when nothing did */
  evaluate(nowWall: Ms, sight: (node: NodeId) => NodeSight): EventDraft[];
  words(): ClusterWords | null;
  numbers(): Omit<LiveCluster, 'words' | 'strongest'>;
  leaderChanges(): number;
  /** Without an agreed leader the members are asked more often. */
  isElecting(): boolean;
}

const FIRST_PICTURE_MS = 3000;
const NO_NUMBERS = { observedAt: null, commit: null, headings: null, members: [], peers: [] } as const;

/** Their texts are the same every time, so that they may stand in words; others tell of instants. */
const VERBATIM: readonly ProbeAnswer['outcome'][] = ['http-status', 'tls'];
/** Who asks etcd without a name is told 400: `user name is empty`. */
const DENIED = [400, 401, 403];

/** What an endpoint answered, by the adapter's rules. */
const readingOf = (
  adapter: Adapter,
  endpoint: string,
  spec: ProbeSpec,
  answer: ProbeAnswer,
  known: Reading['fields'],
): Reading => {
  const base = { node: spec.node, endpoint, sentAt: answer.sentAt, observedAt: answer.at, fields: {} };
  const rules = adapter.fields[endpoint];
  if (answer.outcome !== 'ok' || answer.body === null || rules === undefined)
    return {
      ...base,
      error: VERBATIM.includes(answer.outcome) ? (answer.error ?? answer.outcome) : answer.outcome,
      isDenied:
        answer.outcome === 'tls' ||
        (answer.status !== null &&
          DENIED.includes(answer.status) &&
          adapter.endpoints[endpoint]?.ofLeader !== true),
    };
  const body = bodyOf(adapter.endpoints[endpoint]?.parse ?? 'json', answer.body, rules);
  return body === null
    ? { ...base, error: 'unreadable', isDenied: false }
    : { ...base, error: null, isDenied: false, fields: evaluateAll(rules, body, spec.node, known) };
};

const createPlain = (plan: ClusterPlan, restored: ClusterWords | null): Group => {
  let words = restored;
  return {
    plan,
    read: () => false,
    startedAt: () => null,
    listed: () => null,
    asks: { statement: null, peers: [], lists: [] },
    peersHear: () => false,
    isReady: () => true,
    evaluate: (now, sight) => {
      const next = plainGroup(
        plan.id,
        plan.system,
        plan.members.map(({ node, labels, readError }) => ({
          node,
          labels,
          state: sight(node).state,
          readError,
        })),
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

/**
 * @param restored the words that stood before our own restart
 * @param madeAt now, by the monotonic clock
 */
export const createGroup = (plan: ClusterPlan, restored: ClusterWords | null, madeAt: Ms): Group => {
  const { adapter } = plan;
  if (adapter === null) return createPlain(plan, restored);
  const staleMs = Object.fromEntries(
    Object.keys(adapter.fields).map((endpoint) => {
      const { intervalMs = 0, timeoutMs = 0 } = adapter.endpoints[endpoint] ?? {};
      return [endpoint, intervalMs + timeoutMs];
    }),
  );
  const statement = statementEndpoint(adapter) ?? null;
  const endpointsWith = (field: string): string[] =>
    Object.keys(adapter.fields).filter(
      (endpoint) => endpoint !== statement && field in (adapter.fields[endpoint] ?? {}),
    );
  const view: ClusterView = createClusterView({
    id: plan.id,
    name: plan.id,
    system: plan.system,
    protocol: adapter.protocol,
    termKind: adapter.term.kind,
    electionTimeoutMs: plan.electionTimeoutMs,
    staleMs,
    peerSilenceMs: adapter.peerSilenceMs,
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
      if (spec.reads === null) return false;
      const isStatement = spec.reads === statement;
      if (isStatement || adapter.endpoints[spec.reads]?.insteadOf === statement) asked.add(spec.node);
      const before = view.known(spec.node);
      const reading = readingOf(adapter, spec.reads, spec, answer, before);
      view.read(reading);
      return (
        isStatement &&
        reading.error === null &&
        (reading.fields.leader !== before.leader || reading.fields.term !== before.term)
      );
    },
    startedAt: (node) => {
      const { startedAt } = view.known(node);
      return typeof startedAt === 'number' ? startedAt : null;
    },
    listed: view.listed,
    asks: {
      statement,
      peers: endpointsWith('peers'),
      lists: endpointsWith('members'),
    },
    peersHear: (node, now, silentMs) => view.peersHear(node, now, silentMs).majority,
    isReady: (at) => asked.size >= plan.members.length || at - madeAt >= FIRST_PICTURE_MS,
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
      picture !== null &&
      picture.words.leader?.state !== 'one' &&
      (picture.words.quorum?.margin.optimistic ?? -1) >= 0,
  };
};
