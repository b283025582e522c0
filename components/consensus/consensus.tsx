'use client';

import type { Route } from 'next';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect } from 'react';

import { CursorProvider } from '#components/charts/cursor.tsx';
import { StateLanes } from '#components/charts/state-lanes.tsx';
import { RangePicker, useRange } from '#components/charts/range.tsx';
import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { Glyph, LEVEL_GLYPH } from '#components/marks/glyphs.tsx';
import { EventList } from '#components/overview/event-list.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { Link } from '#components/shell/link.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { MemberTable } from '#components/topology/member-table.tsx';
import { useText, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import type { Ms } from '#lib/model/time.ts';

import { KeyFacts } from './key-facts.tsx';
import { LogRulers } from './log-rulers.tsx';
import { LanesLegend, RoleLanes } from './role-lanes.tsx';
import { RoleTable } from './role-table.tsx';
import { Statements } from './statements.tsx';
import { useRoleHistory } from './use-role-history.ts';
import type { RoleHistory } from './use-role-history.ts';
import { Verdict } from './verdict.tsx';

const RANGES = ['15m', '1h', '6h'] as const;

const Skeleton = () => {
  const t = useWords();
  return (
    <div aria-label={t('ui.loading')} role="status" className="grid gap-5">
      <div className="skeleton h-14 max-w-3xl" />
      <div className="skeleton h-80" />
      <div className="grid gap-10 xl:grid-cols-2">
        <div className="skeleton h-52" />
        <div className="skeleton h-52" />
      </div>
    </div>
  );
};

const Failed = ({ message }: { message: string }) => {
  const t = useWords();
  return (
    <div role="alert">
      <h1 className="verdict">{t('ui.failed')}</h1>
      <pre className="well mt-3">{message}</pre>
    </div>
  );
};

const VIEWS = ['lanes', 'table'] as const;

const Roles = ({
  cluster,
  history,
  error,
  spanMs,
  end,
}: {
  cluster: ClusterDto;
  history: RoleHistory | undefined;
  error: Error | undefined;
  spanMs: Ms;
  end: Ms;
}) => {
  const t = useWords();
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const { isPast } = useInstant();
  const range = useRange(RANGES);
  const view = params.get('view') === 'table' ? 'table' : 'lanes';
  const choose = (next: string): void => {
    const query = new URLSearchParams(params);
    query.set('view', next);
    router.replace(`${path}?${query.toString()}` as Route, { scroll: false });
  };
  return (
    <section className="border-t border-line-2 pt-3">
      <div className="head flex-wrap">
        <h2>{t('consensus.roles')}</h2>
        <span className="note">{t('consensus.roles-note')}</span>
        <span className="ml-auto flex flex-wrap items-center gap-x-4 gap-y-2">
          {view === 'lanes' && <LanesLegend />}
          <span className="seg" role="group" aria-label={t('consensus.view')}>
            {VIEWS.map((each) => (
              <button key={each} type="button" aria-pressed={view === each} onClick={() => choose(each)}>
                {t(each === 'table' ? 'ui.table' : 'consensus.lanes')}
              </button>
            ))}
          </span>
          <RangePicker names={RANGES} chosen={range.name} />
          <EmbedButton panel="leader" cluster={cluster.id} />
        </span>
      </div>
      {history === undefined ? (
        error === undefined ? (
          <div className="skeleton h-80" />
        ) : (
          <pre className="well" role="alert">
            {error.message}
          </pre>
        )
      ) : history.members.length === 0 ? (
        <p className="text-ink-3">{t('consensus.no-history')}</p>
      ) : view === 'table' ? (
        <RoleTable history={history} from={end - spanMs} end={end} />
      ) : (
        <RoleLanes {...{ cluster, history, spanMs, end }} isNow={!isPast} />
      )}
      {history?.truncated === true && <p className="note">{t('consensus.truncated')}</p>}
    </section>
  );
};

const Body = ({ cluster, changed }: { cluster: ClusterDto; changed: unknown }) => {
  const t = useWords();
  const now = useNow();
  const { spanMs } = useRange(RANGES);
  const { history, error } = useRoleHistory(cluster.id, spanMs, changed);
  const end = now === 0 ? Date.parse(cluster.at) : now;
  return (
    <CursorProvider>
      <div className="mb-5 flex flex-wrap items-start gap-x-10 gap-y-3">
        <Verdict cluster={cluster} history={history} end={end} />
        <KeyFacts cluster={cluster} end={end} />
      </div>
      <Roles {...{ cluster, history, error, spanMs, end }} />
      <div className="mt-3.5 grid gap-10 border-t border-line-2 pt-3 xl:grid-cols-[minmax(0,620px)_minmax(0,1fr)]">
        <LogRulers cluster={cluster} end={end} />
        <Statements cluster={cluster} end={end} />
      </div>
      <div className="mt-5 border-t border-line-2 pt-3">
        <div className="head">
          <h2>{t('ui.what-changed')}</h2>
          <span className="note">{t('ui.newest-first')}</span>
          <Link
            href={`/topology?cluster=${encodeURIComponent(cluster.id)}`}
            className="ml-auto text-12 text-ink-2"
          >
            {t('ui.topology')} →
          </Link>
        </div>
        <EventList cluster={cluster.id} limit={8} />
      </div>
    </CursorProvider>
  );
};

/** A group that need not agree: it has states, and nothing else is asked of it. */
const StatesOnly = ({ cluster }: { cluster: ClusterDto }) => {
  const t = useWords();
  const text = useText();
  const { nodes } = usePicture();
  const { name, spanMs } = useRange(RANGES);
  return (
    <>
      <div className="mb-5 grid grid-cols-[26px_1fr] items-start gap-x-1.5">
        <span className="pt-1.5">
          <Glyph name={LEVEL_GLYPH[cluster.verdict.level]} size={20} />
        </span>
        <h1 className="verdict" data-testid="verdict">
          {t('consensus.no-consensus', { name: cluster.name })}
        </h1>
        <p className="lede col-start-2 mt-1">
          {t('consensus.no-consensus-lede', { verdict: text(cluster.verdict.sentence) })}
        </p>
      </div>
      <section className="border-t border-line-2 pt-3">
        <div className="head">
          <h2>{t('consensus.states')}</h2>
          <span className="ml-auto">
            <RangePicker names={RANGES} chosen={name} />
          </span>
        </div>
        <StateLanes of={{ cluster: cluster.id }} spanMs={spanMs} />
        <div className="mt-5">
          <MemberTable cluster={cluster} nodes={nodes} />
        </div>
      </section>
    </>
  );
};

/** One cluster: who leads which term, who backs it, who disagrees, and how it came to that. */
export const Consensus = ({ id }: { id: string }) => {
  const row = usePicture().clusters.find((cluster) => cluster.id === id);
  const {
    data: cluster,
    error,
    again,
  } = useRead<ClusterDto>(`/api/clusters/${encodeURIComponent(id)}`, 1000);
  // The stream tells first that something changed; the details follow at once.
  useEffect(again, [row, again]);
  if (cluster === undefined) return error === undefined ? <Skeleton /> : <Failed message={error.message} />;
  return cluster.protocol === 'none' ? (
    <StatesOnly cluster={cluster} />
  ) : (
    <Body cluster={cluster} changed={row?.leader} />
  );
};
