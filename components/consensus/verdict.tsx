'use client';

import { Glyph, LEVEL_GLYPH } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { sharedTerm } from '#lib/consensus/role-history.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import type { RoleHistory } from './use-role-history.ts';

/** What stands between two sentences. */
const useBetween = (): string => (useLang() === 'zh' ? '' : ' ');

/** Who leads, by how many, and who disagrees; without a leader the cluster's own verdict. */
const useSentence = () => {
  const t = useWords();
  const between = useBetween();
  return ({ leader, members, summary, verdict }: ClusterDto): string => {
    if (leader === null || leader.state !== 'one' || leader.node === null) return verdict.sentence.text;
    const voters = new Set(summary.voters.map((voter) => voter.node));
    const backers = members.filter((member) => member.agrees === true && voters.has(member.node)).length;
    const disagree = members.filter((member) => member.agrees === false).map((member) => member.node);
    const silent = members.filter((member) => member.role === 'unknown').map((member) => member.node);
    const term = leader.term === null ? null : `${leader.term.kind} ${leader.term.text}`;
    const rivals = leader.claims.map((claim) => claim.node);
    return [
      ...(rivals.length > 1
        ? [t('consensus.rivals', { nodes: rivals.join(', '), node: leader.node })]
        : [t('consensus.leads', { node: leader.node, term, backers, voters: voters.size })]),
      ...(disagree.length > 0
        ? [t('consensus.disagree', { nodes: disagree.join(', '), count: disagree.length })]
        : []),
      ...(silent.length > 0
        ? [t('consensus.silent', { nodes: silent.join(', '), count: silent.length })]
        : []),
    ].join(between);
  };
};

/** Since when it leads, who led before, and whether two ever led one term. */
const useLede = (end: Ms) => {
  const t = useWords();
  const between = useBetween();
  const lang = useLang();
  const time = (at: Ms): string => clockTime(new Date(at).toISOString(), lang, end);
  return (cluster: ClusterDto, history: RoleHistory | undefined): string => {
    const { leader } = cluster;
    const sentences: string[] = [];
    if (leader?.since != null) {
      const since = Date.parse(leader.since);
      sentences.push(
        t('consensus.since', {
          time: time(since),
          forMs: Math.max(0, Math.floor((end - since) / 1000) * 1000),
        }),
      );
    }
    const last = history?.successions.findLast((each) => each.lost !== null);
    if (last?.lost != null)
      sentences.push(
        t(last.attempts === null ? 'consensus.before' : 'consensus.before-elections', {
          node: last.lost.node,
          term: last.lost.term,
          time: time(last.lost.at),
          count: last.attempts,
        }),
      );
    if (history !== undefined && history.members.length > 0) {
      const shared = sharedTerm(history.members);
      const kind = leader?.term?.kind ?? 'term';
      if (shared !== null)
        sentences.push(
          t('consensus.shared', { term: `${kind} ${shared.term}`, nodes: shared.nodes.join(', ') }),
        );
      else if (last !== undefined) sentences.push(t('consensus.none-shared'));
    }
    if (leader?.state !== 'one' && cluster.verdict.why !== null) sentences.push(cluster.verdict.why.text);
    return sentences.join(between);
  };
};

export const Verdict = ({
  cluster,
  history,
  end,
}: {
  cluster: ClusterDto;
  history: RoleHistory | undefined;
  end: Ms;
}) => {
  const sentence = useSentence();
  const lede = useLede(end);
  return (
    <div className="grid min-w-[min(100%,420px)] flex-1 grid-cols-[26px_1fr] items-start gap-x-1.5">
      <span className="pt-1.5">
        <Glyph name={LEVEL_GLYPH[cluster.verdict.level]} size={20} />
      </span>
      <h1 className="verdict" data-testid="verdict">
        {sentence(cluster)}
      </h1>
      <p className="lede col-start-2 mt-1" data-testid="lede">
        {lede(cluster, history)}
      </p>
    </div>
  );
};
