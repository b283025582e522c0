'use client';

import dynamic from 'next/dynamic';
import { useEffect } from 'react';

import { StateLanes } from '#components/charts/state-lanes.tsx';
import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { EventList } from '#components/overview/event-list.tsx';
import { Glyph, STATE_GLYPH, STATE_INK } from '#components/marks/glyphs.tsx';
import { StateMark } from '#components/marks/state.tsx';
import { Link } from '#components/shell/link.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { NodeDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import { clockTime, sinceSpan, spanOrUnknown } from '#lib/format/time.ts';

import { useNodeSentence } from './sentence.ts';

const Loading = () => <div className="skeleton h-56" />;
const PhiChart = dynamic(() => import('./phi-chart.tsx'), { ssr: false, loading: Loading });
const IntervalChart = dynamic(() => import('./interval-chart.tsx'), { ssr: false, loading: Loading });

const DAY_MS = 86_400_000;

const Countdown = ({ node }: { node: NodeDto }) => {
  const lang = useLang();
  const t = useWords();
  const { isPast } = useInstant();
  const { silentMs, timeToDownMs, downBy, downLimit } = node.suspicion;
  if (silentMs === null || timeToDownMs === null || node.flags.includes('withheld')) return null;
  const total = silentMs + timeToDownMs;
  const isSuspect = node.state === 'suspect';
  return (
    <div className="min-w-56 text-right" data-testid="countdown" data-by={downBy}>
      <p className={`text-40 font-head ${isSuspect ? 'text-suspect-ink' : ''}`}>
        {spanOrUnknown(timeToDownMs, lang)}
      </p>
      <div className="my-1 h-2 bg-hover" role="img" aria-label={t('ui.seconds-left')}>
        <div
          className={isSuspect ? 'h-2 bg-suspect' : 'h-2 bg-ok'}
          style={{ width: `${Math.min(100, (100 * silentMs) / Math.max(1, total))}%` }}
        />
      </div>
      <p className="note">{t('ui.seconds-left')}</p>
      {!isPast && <p className="note">{t(`ui.down-by.${downBy}`, { limit: downLimit, spanMs: total })}</p>}
    </div>
  );
};

const Fact = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div>
    <dt className="note">{label}</dt>
    <dd>{children}</dd>
  </div>
);

const Facts = ({ node }: { node: NodeDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-3 border-y border-line-2 py-2.5">
      <Fact label={t('ui.cluster')}>
        {node.clusters.map((cluster) => (
          <Link
            key={cluster.id}
            href={`/topology?cluster=${encodeURIComponent(cluster.id)}&node=${node.id}`}
            className="mr-2"
          >
            {cluster.id}
            <span className="text-ink-3">, {t(`ui.role.${cluster.role}`)}</span>
          </Link>
        ))}
      </Fact>
      <Fact label={t('ui.place')}>
        {[node.labels.zone, node.labels.host].filter(Boolean).join(', ') || '–'}
      </Fact>
      <Fact label={t('ui.state')}>
        <StateMark state={node.state} />{' '}
        <span className="text-ink-3">{now === 0 ? '' : sinceSpan(node.since, lang, now)}</span>
        {node.flags.map((flag) => (
          <span key={flag} className="tag ml-2">
            {t(`ui.flag.${flag}`)}
          </span>
        ))}
      </Fact>
      <Fact label={t('ui.certainty')}>
        {node.certainty.kind === 'certain'
          ? t('ui.certain')
          : t('ui.inferred', { share: node.certainty.confidence })}
      </Fact>
      <Fact label={t('ui.process')}>
        {node.incarnation.startedAt === null
          ? t('ui.not-told')
          : t('ui.started', {
              agoMs: now === 0 ? 0 : Math.max(0, now - Date.parse(node.incarnation.startedAt)),
            })}{' '}
        <span className="font-mono text-12 text-ink-3">{node.incarnation.id?.slice(0, 8)}</span>
      </Fact>
    </dl>
  );
};

const Numbers = ({ node }: { node: NodeDto }) => {
  const lang = useLang();
  const t = useWords();
  const { detector, suspicion } = node;
  const rows = [
    [t('ui.detector'), suspicion.detector],
    [t('ui.heartbeats'), detector.samples.toLocaleString('en')],
    [t('ui.in-class'), detector.poolSamples.toLocaleString('en')],
    [t('ui.mean'), spanOrUnknown(detector.meanMs, lang)],
    [t('ui.deviation'), spanOrUnknown(detector.stdDevMs, lang)],
    [t('ui.silent'), spanOrUnknown(suspicion.silentMs, lang)],
  ];
  return (
    <table className="grid-table">
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label}>
            <th scope="row" className="border-line">
              {label}
            </th>
            <td className="num">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Evidence = ({ node }: { node: NodeDto }) => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const { isPast } = useInstant();
  const { lastProbe } = node;
  return (
    <div className="grid content-start gap-5">
      <section>
        <div className="head">
          <h2>{t('ui.who-suspects')}</h2>
        </div>
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col">{t('ui.observer')}</th>
              <th scope="col" className="num">
                φ
              </th>
              <th scope="col" className="num">
                {t('ui.silent')}
              </th>
            </tr>
          </thead>
          <tbody>
            {node.observers.map((observer) => (
              <tr key={observer.monitor}>
                <td>{observer.monitor}</td>
                <td className="num">{phiText(observer.phi)}</td>
                <td className="num">{spanOrUnknown(observer.silentMs, lang)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {node.heardBy.length > 0 && (
        <section>
          <div className="head">
            <h2>{t('ui.heard-by')}</h2>
          </div>
          <ul data-testid="heard-by">
            {node.heardBy.map((peer) => (
              <li
                key={`${peer.cluster} ${peer.node}`}
                className="flex min-h-7 items-center gap-2 border-b border-line"
              >
                <Glyph name={peer.up === true ? 'up' : peer.up === false ? 'down' : 'unknown'} />
                {peer.node}
                <span className="ml-auto text-ink-2">
                  {t(peer.up === true ? 'ui.heard' : peer.up === false ? 'ui.not-heard' : 'ui.not-asked')}
                  {peer.lastHeardMs !== null && ` ${spanOrUnknown(peer.lastHeardMs, lang)}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {isPast && lastProbe === null && node.state !== 'unknown' && (
        <section>
          <div className="head">
            <h2>{t('ui.last-probe')}</h2>
          </div>
          <p className="note">{t('ui.probe-unknown')}</p>
        </section>
      )}
      {lastProbe !== null && (
        <section>
          <div className="head">
            <h2>{lastProbe.error === null ? t('ui.last-probe') : t('ui.last-error')}</h2>
            <span className="note">{now === 0 ? '' : clockTime(lastProbe.at, lang, now)}</span>
          </div>
          {lastProbe.error === null ? (
            <p className="text-ink-2">
              {lastProbe.outcome}, {spanOrUnknown(lastProbe.rttMs, lang)}
            </p>
          ) : (
            <pre className="well">{lastProbe.error}</pre>
          )}
        </section>
      )}
      <section className={isPast ? 'hidden' : ''}>
        <div className="head">
          <h2>{t('ui.recent-probes')}</h2>
        </div>
        <p className="flex flex-wrap gap-0.5">
          {node.recent.map((probe) => (
            <span key={probe.at} title={`${probe.outcome} ${spanOrUnknown(probe.rttMs, lang)}`}>
              <Glyph
                name={probe.outcome === 'ok' ? 'up' : probe.outcome === 'timeout' ? 'suspect' : 'down'}
                size={9}
              />
            </span>
          ))}
        </p>
      </section>
    </div>
  );
};

const Page = ({ node }: { node: NodeDto }) => {
  const t = useWords();
  const sentence = useNodeSentence(node, node);
  const { isPast } = useInstant();
  return (
    <>
      <div className="mb-5 flex flex-wrap items-start gap-x-10 gap-y-3">
        <div className="grid flex-1 basis-72 grid-cols-[26px_1fr] items-start gap-x-1.5">
          <span className="pt-1.5">
            <Glyph name={STATE_GLYPH[node.state]} size={20} />
          </span>
          <h1 className="verdict" data-testid="verdict">
            {sentence}
          </h1>
          <p className="lede col-start-2 mt-1">
            {node.suspicion.explain.text}
            {node.suspicion.limitedBy !== null && (
              <span className="tag ml-2" title={node.suspicion.limitedBy.text} data-testid="limited">
                {t('ui.limited')}
              </span>
            )}
          </p>
        </div>
        <Countdown node={node} />
      </div>
      <Facts node={node} />
      <div className="mt-4 grid gap-8 xl:grid-cols-[400px_minmax(0,1fr)]">
        <div className="order-2 xl:order-1">
          <Evidence node={node} />
        </div>
        <div className="order-1 grid content-start gap-6 xl:order-2">
          <section>
            <div className="head">
              <h2>{t('ui.phi-chart')}</h2>
              <span className="note">{t('ui.last-5min')}</span>
              <span className="ml-auto">
                <EmbedButton panel="suspicion" node={node.id} />
              </span>
              <b className={`${node.state === 'up' ? '' : STATE_INK[node.state]}`}>
                {phiText(node.fused)}{' '}
                <span className="font-normal text-ink-3">/ {phiText(node.suspicion.downLimit)}</span>
              </b>
            </div>
            <PhiChart node={node} />
          </section>
          {isPast ? (
            <p className="note">{t('ui.time.phi-only')}</p>
          ) : (
            <section className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_220px]">
              <IntervalChart node={node} />
              <Numbers node={node} />
            </section>
          )}
          <section>
            <div className="head">
              <h2>{t('ui.state')}</h2>
              <span className="note">24 h</span>
            </div>
            <StateLanes of={{ node: node.id }} spanMs={DAY_MS} />
          </section>
          <section>
            <div className="head">
              <h2>{t('ui.story')}</h2>
              <span className="note">{t('ui.newest-first')}</span>
            </div>
            <EventList node={node.id} limit={12} />
          </section>
        </div>
      </div>
    </>
  );
};

/** One node: what it counts as, why, how long until that changes, and the evidence. */
export const NodePage = ({ id }: { id: string }) => {
  const t = useWords();
  const row = usePicture().nodes.get(id);
  const { data: node, error, again } = useRead<NodeDto>(`/api/nodes/${encodeURIComponent(id)}`, 1000);
  useEffect(again, [row, again]);
  if (node !== undefined) return <Page node={node} />;
  if (error === undefined) return <Loading />;
  return (
    <div role="alert">
      <h1 className="verdict">{t('ui.failed')}</h1>
      <pre className="well my-3">{error.message}</pre>
      <Link href="/" className="btn">
        {t('ui.to-overview')}
      </Link>
    </div>
  );
};
