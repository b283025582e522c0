import type { EventDraft, EventKind, JsonObject, Severity } from '#lib/events/event.ts';
import type { ClusterWords, LinkWords, MemberWords } from '#lib/events/world.ts';
import type { Level } from '#lib/model/node.ts';
import { compareTerm } from '#lib/model/term.ts';
import type { Term } from '#lib/model/term.ts';
import { say } from '#lib/model/text.ts';

const LEVEL_SEVERITY: Readonly<Record<Level, Severity>> = {
  lost: 'critical',
  'at-risk': 'warning',
  degraded: 'warning',
  unknown: 'warning',
  healthy: 'info',
};

const termText = (term: Term | null): string | null => (term === null ? null : `${term.kind} ${term.text}`);

const linkKey = (link: LinkWords): string => `${link.from}\u0000${link.to}`;

/** Words compared as they are stored. */
const sameWords = (a: ClusterWords | null, b: ClusterWords): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Plain data of the words that hold from now on. Members say the same for days, and a group may have ten thousand: then they are left out. */
const told = (before: ClusterWords | null, after: ClusterWords): JsonObject => {
  const { members, ...rest } = after;
  const isSame = before !== null && JSON.stringify(before.members) === JSON.stringify(members);
  return JSON.parse(JSON.stringify(isSame ? rest : after)) as JsonObject; // plain data already
};

/** What happened to a cluster between two pictures of it, told as events. The last one carries the words that hold from then on. */
export const transitions = (before: ClusterWords | null, after: ClusterWords): EventDraft[] => {
  if (sameWords(before, after)) return [];
  const drafts: EventDraft[] = [];
  const tell = (
    kind: EventKind,
    severity: Severity,
    params: Readonly<Record<string, string | number | null>>,
    node: string | null = null,
    detail: JsonObject = {},
  ): void =>
    void drafts.push({
      kind,
      severity,
      cluster: after.id,
      node,
      title: say(kind, { cluster: after.name, ...params }),
      detail: { ...params, ...detail },
    });

  memberChanges(before, after, tell);
  leaderChanges(before, after, tell);
  quorumChanges(before, after, tell);
  linkChanges(before, after, tell);
  if (before?.level !== after.level || drafts.length === 0)
    tell('cluster.level', before?.level === after.level ? 'info' : LEVEL_SEVERITY[after.level], {
      level: after.level,
      before: before?.level ?? null,
    });
  const last = drafts.at(-1);
  if (last !== undefined)
    drafts[drafts.length - 1] = {
      ...last,
      detail: { ...last.detail, words: told(before, after) },
    };
  return drafts;
};

type Tell = (
  kind: EventKind,
  severity: Severity,
  params: Readonly<Record<string, string | number | null>>,
  node?: string | null,
  detail?: JsonObject,
) => void;

const memberChanges = (before: ClusterWords | null, after: ClusterWords, tell: Tell): void => {
  const old = new Map<string, MemberWords>(before?.members.map((member) => [member.node, member]));
  for (const member of after.members) {
    const was = old.get(member.node);
    old.delete(member.node);
    const { node } = member;
    if (was === undefined) {
      if (before !== null) tell('member.added', 'info', { node }, node);
      continue;
    }
    if (was.membership !== member.membership)
      tell('member.promoted', 'info', { node, membership: member.membership }, node);
    if (was.readError !== member.readError) {
      if (member.readError === null) tell('member.readable', 'info', { node }, node);
      else if (was.readError === null)
        tell('member.unreadable', 'warning', { node, error: member.readError }, node);
    }
    if (was.role !== member.role && member.role !== 'unknown' && was.role !== 'unknown')
      tell('role.changed', 'info', { node, role: member.role, before: was.role }, node);
    if (member.term !== null && (was.leader !== member.leader || was.term?.text !== member.term.text))
      tell(
        'member.statement',
        'info',
        { node, leader: member.leader ?? '–', term: termText(member.term) },
        node,
        { agrees: member.agrees },
      );
    if (was.term !== null && member.term !== null && compareTerm(member.term, was.term) < 0)
      tell('term.regressed', 'warning', { node, term: termText(member.term), before: was.term.text }, node);
  }
  for (const node of old.keys()) tell('member.removed', 'warning', { node }, node);
};

const leaderChanges = (before: ClusterWords | null, after: ClusterWords, tell: Tell): void => {
  const was = before?.leader ?? null;
  const is = after.leader;
  if (is === null) return;
  const same = was?.state === is.state && was.node === is.node && was.term?.text === is.term?.text;
  if (same) return;
  if (was?.state === 'one' && was.node !== null && was.node !== is.node)
    tell('leader.lost', 'warning', { node: was.node, term: termText(was.term) }, was.node);
  if (is.state === 'one' && is.node !== null)
    tell('leader.elected', 'info', { node: is.node, term: termText(is.term) }, is.node);
  else if (is.state === 'contested' && was?.state !== 'contested')
    tell('leader.contested', 'critical', { nodes: is.claims.map((claim) => claim.node).join(', ') });
};

const quorumChanges = (before: ClusterWords | null, after: ClusterWords, tell: Tell): void => {
  const was = before?.quorum ?? null;
  const is = after.quorum;
  if (is === null || was === null) return;
  if (was.margin.optimistic !== is.margin.optimistic || was.margin.pessimistic !== is.margin.pessimistic)
    tell('margin.changed', is.margin.pessimistic < was.margin.pessimistic ? 'warning' : 'info', {
      margin: Math.max(0, is.margin.pessimistic),
      before: Math.max(0, was.margin.pessimistic),
    });
  if (was.margin.optimistic >= 0 && is.margin.optimistic < 0) tell('quorum.lost', 'critical', {});
  if (was.margin.optimistic < 0 && is.margin.optimistic >= 0) tell('quorum.restored', 'info', {});
  const risky = (quorum: typeof is): boolean =>
    quorum.voters > 2 && quorum.margin.pessimistic <= 0 && quorum.margin.optimistic >= 0;
  if (!risky(was) && risky(is) && was.margin.optimistic >= 0) tell('quorum.at-risk', 'warning', {});
};

const linkChanges = (before: ClusterWords | null, after: ClusterWords, tell: Tell): void => {
  const old = new Map(before?.cuts.map((link) => [linkKey(link), link]));
  for (const link of after.cuts)
    if (!old.delete(linkKey(link)))
      tell('link.cut', 'warning', { from: link.from, to: link.to, by: link.by }, link.from);
  for (const link of old.values())
    tell('link.healed', 'info', { from: link.from, to: link.to, by: link.by }, link.from);
};
