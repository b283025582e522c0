'use client';

import { TableHead } from '#components/marks/table-head.tsx';
import { AlertCount } from '#components/alerts/marks.tsx';
import { Glyph } from '#components/marks/glyphs.tsx';
import { QuorumPips } from '#components/marks/pips.tsx';
import { PhiSpark } from '#components/marks/spark.tsx';
import { TermText } from '#components/marks/term.tsx';
import { LevelMark, StateCount } from '#components/marks/state.tsx';
import { LevelStrip } from '#components/marks/strip.tsx';
import { Link } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useText, useWords } from '#components/words.tsx';
import type { ClusterRowDto } from '#lib/api/schema.ts';
import { phiText, rangeText } from '#lib/format/number.ts';
import { sinceSpan } from '#lib/format/time.ts';

const marginOf = (cluster: ClusterRowDto): string | null =>
  cluster.quorum === null
    ? null
    : rangeText(cluster.quorum.margin.pessimistic, cluster.quorum.margin.optimistic);

const isLow = (cluster: ClusterRowDto): boolean =>
  cluster.quorum !== null && cluster.quorum.margin.pessimistic <= 0 && cluster.quorum.voters > 2;

/** Where the reader goes on: to who leads it, or, where nobody need lead, to where its nodes are. */
const pageOf = ({ id, protocol }: ClusterRowDto): string =>
  protocol === 'none' ? `/topology?cluster=${encodeURIComponent(id)}` : `/clusters/${encodeURIComponent(id)}`;

const Leader = ({ cluster }: { cluster: ClusterRowDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { leader } = cluster;
  if (leader === null) return <span className="text-ink-3">{t('ui.none-needed')}</span>;
  if (leader.state !== 'one' || leader.node === null)
    return (
      <span className="st text-suspect-ink">
        <Glyph name="claim" />
        {t(leader.state === 'contested' ? 'ui.contested' : 'ui.no-leader')}
      </span>
    );
  return (
    <span className="flex items-center gap-1.5">
      <Glyph name="leader" />
      <Link href={`/nodes/${encodeURIComponent(leader.node)}`}>{leader.node}</Link>
      {leader.term !== null && (
        <span className="text-12 text-ink-3">
          <TermText term={leader.term} />
        </span>
      )}
      {leader.since !== null && (
        <span className="ml-auto pl-2 text-12 text-ink-2 max-xl:hidden">
          {now === 0 ? '' : sinceSpan(leader.since, lang, now)}
        </span>
      )}
    </span>
  );
};

const Suspicion = ({ cluster }: { cluster: ClusterRowDto }) => {
  const t = useWords();
  const { strongest } = cluster.summary;
  if (strongest === null) return <span className="text-ink-3">?</span>;
  return (
    <span className="flex items-center gap-2.5">
      <span className="w-16 truncate">{strongest.node}</span>
      <PhiSpark values={strongest.spark} downLimit={strongest.downLimit} label={t('ui.strongest')} />
      <span>
        <b className={strongest.fused >= 3 ? 'text-suspect-ink' : ''}>{phiText(strongest.fused)}</b>{' '}
        <span className="text-ink-3">/ {phiText(strongest.downLimit)}</span>
      </span>
    </span>
  );
};

/** Why it is not well; a place that falls silent is the reason itself, and what follows it tells of the others only. */
const Why = ({ cluster }: { cluster: ClusterRowDto }) => {
  const text = useText();
  const { level, why, sentence } = cluster.verdict;
  return level === 'healthy' ? null : <>{text('place' in sentence.params ? sentence : (why ?? sentence))}</>;
};

const Row = ({ cluster }: { cluster: ClusterRowDto }) => {
  const t = useWords();
  const { summary, quorum, verdict } = cluster;
  const margin = marginOf(cluster);
  const hasWhy = verdict.level !== 'healthy';
  return (
    <>
      <tr className={hasWhy ? 'has-why' : ''} data-cluster={cluster.id}>
        <td>
          <LevelMark level={verdict.level} />
        </td>
        <td>
          <Link href={pageOf(cluster)} className="font-head">
            {cluster.name}
          </Link>
          <span className="ml-2 text-12 text-ink-3">{cluster.system}</span>
        </td>
        <td>
          {margin !== null && quorum !== null && (
            <span className="flex items-center gap-3">
              <b
                className={`min-w-6 text-14 ${isLow(cluster) ? 'text-suspect-ink' : ''}`}
                data-testid={`margin-${cluster.id}`}
              >
                {margin}
              </b>
              <QuorumPips voters={summary.voters} needs={quorum.needs} />
            </span>
          )}
        </td>
        <td data-testid={`leader-${cluster.id}`}>
          <Leader cluster={cluster} />
        </td>
        <td>
          <Suspicion cluster={cluster} />
        </td>
        <td>
          <span className="inline-grid grid-cols-[34px_34px_44px]">
            <StateCount state="down" count={summary.nodes.down} />
            <StateCount state="suspect" count={summary.nodes.suspect} />
            <StateCount state="up" count={summary.nodes.up} />
          </span>
        </td>
        <td data-testid={`firing-${cluster.id}`}>
          <Link
            href={`/alerts?q=${encodeURIComponent(`cluster="${cluster.id}"`)}`}
            className="inline-grid grid-cols-[34px_34px]"
          >
            <span className="sr-only">
              {t('alerts.firing')}, {cluster.name}:
            </span>
            <AlertCount word="critical" count={summary.firing.critical} />
            <AlertCount word="warning" count={summary.firing.warning} />
          </Link>
        </td>
        <td className="max-xl:hidden">
          <LevelStrip segments={summary.strip} until={cluster.at} label={t('ui.last-6h')} />
        </td>
      </tr>
      {hasWhy && (
        <tr className="why">
          <td colSpan={8}>
            <Why cluster={cluster} />
          </td>
        </tr>
      )}
    </>
  );
};

/** Two lines, and why in between; the whole row leads to the cluster's page. */
const Phone = ({ cluster }: { cluster: ClusterRowDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { leader, quorum, summary, verdict } = cluster;
  const margin = marginOf(cluster);
  return (
    <li className="relative grid grid-cols-[96px_minmax(0,1fr)_auto] items-center gap-x-2 gap-y-1 border-t border-line py-2.5">
      <LevelMark level={verdict.level} />
      <span className="truncate">
        <Link href={pageOf(cluster)} className="font-head after:absolute after:inset-0">
          {cluster.name}
        </Link>
        <span className="ml-2 text-12 text-ink-3">{cluster.system}</span>
      </span>
      <LevelStrip segments={summary.strip} until={cluster.at} label={t('ui.last-6h')} width={72} />
      {verdict.level !== 'healthy' && (
        <span className="col-span-3 text-12 text-ink-2">
          <Why cluster={cluster} />
        </span>
      )}
      <span className="text-12 text-ink-2">
        {margin !== null && (
          <>
            {t('ui.survives')} <b className={isLow(cluster) ? 'text-suspect-ink' : 'text-ink'}>{margin}</b>
          </>
        )}
      </span>
      <span className="truncate text-12 text-ink-2">
        {leader === null ? (
          t('ui.none-needed')
        ) : leader.state === 'one' && leader.node !== null ? (
          <>
            <Glyph name="leader" /> {leader.node}
            {leader.since !== null && now !== 0 && ` · ${sinceSpan(leader.since, lang, now)}`}
          </>
        ) : (
          <>
            <Glyph name="claim" /> {t(leader.state === 'contested' ? 'ui.contested' : 'ui.no-leader')}
          </>
        )}
      </span>
      {quorum === null ? <span /> : <QuorumPips voters={summary.voters} needs={quorum.needs} />}
    </li>
  );
};

/** Every cluster in its row, worst first. */
export const ClusterTable = ({ clusters }: { clusters: readonly ClusterRowDto[] }) => {
  return (
    <>
      <div className="wide scroll-x mb-6">
        <table className="grid-table">
          <TableHead
            columns={[
              'ui.state',
              'ui.cluster',
              'ui.survives',
              'ui.leader',
              'ui.strongest',
              'ui.nodes',
              'alerts.firing',
              ['ui.last-6h', 'max-xl:hidden'],
            ]}
          />
          <tbody>
            {clusters.map((cluster) => (
              <Row key={cluster.id} cluster={cluster} />
            ))}
          </tbody>
        </table>
      </div>
      <ul className="phone mb-4">
        {clusters.map((cluster) => (
          <Phone key={cluster.id} cluster={cluster} />
        ))}
      </ul>
    </>
  );
};
