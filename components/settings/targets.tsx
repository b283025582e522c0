'use client';

import { Fragment } from 'react';
import { toast } from 'sonner';

import { TableHead } from '#components/marks/table-head.tsx';
import { Glyph } from '#components/marks/glyphs.tsx';
import { StateMark } from '#components/marks/state.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { HeartbeatTargetsDto, TargetsDto } from '#lib/api/schema.ts';
import { send } from '#lib/client/http.ts';
import { bytesText } from '#lib/format/number.ts';
import { clockTime, sinceSpan, spanOrUnknown } from '#lib/format/time.ts';

import { OwnTargets } from './own-targets.tsx';

const REFRESH_MS = 2000;
const HEALTH = { up: 'up', down: 'down', unknown: 'unknown' } as const;
const NEVER = '0001-01-01T00:00:00Z';

/** The error as it came, on the line below its target. Of the past only the one that a failure began with is kept. */
const ErrorLine = ({ error, columns }: { error: string; columns: number }) => {
  const t = useWords();
  const { isPast } = useInstant();
  return error === '' ? null : (
    <tr className="why">
      <td colSpan={columns}>
        {isPast && <span className="note mr-2">{t('ui.targets-first-error')}</span>}
        <span className="font-mono wrap-anywhere text-down-ink">{error}</span>
      </td>
    </tr>
  );
};

/** A telephone leaves out `http://`; another scheme matters. */
const Address = ({ url }: { url: string }) =>
  url.startsWith('http://') ? (
    <>
      <span className="wide">http://</span>
      {url.slice('http://'.length)}
    </>
  ) : (
    url
  );

/** Its address; where that is not known of the past, the name it was scraped under. */
const addressOf = ({ scrapeUrl, labels }: TargetsDto['data']['activeTargets'][number]): string =>
  scrapeUrl === '' ? (labels.instance ?? '?') : scrapeUrl;

const ScrapeTargets = ({ targets }: { targets: TargetsDto['data']['activeTargets'] }) => {
  const lang = useLang();
  const now = useNow();
  const { isPast } = useInstant();
  return (
    <div className="scroll-x mb-6">
      <table className="grid-table">
        <TableHead
          columns={[
            'ui.state',
            'ui.job',
            'ui.address',
            ['ui.every', 'wide num'],
            ['ui.last', 'num'],
            ['ui.took', 'wide num'],
            ...(isPast ? ([['ui.samples', 'wide num']] as const) : []),
          ]}
        />
        <tbody>
          {targets.map((target) => (
            <Fragment key={`${target.scrapePool} ${target.scrapeUrl} ${JSON.stringify(target.labels)}`}>
              <tr className={target.lastError === '' ? '' : 'has-why'} data-target={addressOf(target)}>
                <td>
                  <StateMark state={HEALTH[target.health]} />
                </td>
                <td>{target.scrapePool}</td>
                <td className="wrap font-mono text-12">
                  <Address url={addressOf(target)} />
                </td>
                <td className="wide num">{target.scrapeInterval === '' ? '?' : target.scrapeInterval}</td>
                <td className="num text-ink-2">
                  {target.lastScrape === NEVER || now === 0 ? '–' : sinceSpan(target.lastScrape, lang, now)}
                </td>
                <td className="wide num">
                  {target.lastScrape === NEVER ? '–' : spanOrUnknown(target.lastScrapeDuration * 1000, lang)}
                </td>
                {isPast && (
                  <td className="wide num">{target.lastScrapeSamples?.toLocaleString('en') ?? '?'}</td>
                )}
              </tr>
              <ErrorLine error={target.lastError} columns={isPast ? 7 : 6} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const HeartbeatTargets = ({ targets }: { targets: HeartbeatTargetsDto['targets'] }) => {
  const lang = useLang();
  const now = useNow();
  const { isPast } = useInstant();
  return (
    <div className="scroll-x mb-6">
      <table className="grid-table">
        <TableHead
          columns={[
            'ui.state',
            'ui.node',
            ['ui.job', 'wide'],
            ...(isPast ? [] : (['ui.address', ['ui.every', 'wide num'], ['ui.last', 'num']] as const)),
            ['ui.took', 'wide num'],
          ]}
        />
        <tbody>
          {targets.map((target) => (
            <Fragment key={`${target.job} ${target.node} ${target.url}`}>
              <tr className={target.lastError === null ? '' : 'has-why'}>
                <td>
                  <StateMark state={target.state} />
                </td>
                <td>{target.node}</td>
                <td className="wide">{target.job}</td>
                {!isPast && (
                  <>
                    <td className="wrap font-mono text-12">
                      <Address url={target.url ?? '?'} />
                    </td>
                    <td className="wide num">{spanOrUnknown(target.intervalMs, lang)}</td>
                    <td className="num text-ink-2">
                      {target.lastAt === null || now === 0 ? '–' : sinceSpan(target.lastAt, lang, now)}
                    </td>
                  </>
                )}
                <td className="wide num">
                  {target.rttMs === null ? '–' : spanOrUnknown(target.rttMs, lang)}
                </td>
              </tr>
              <ErrorLine error={target.lastError ?? ''} columns={isPast ? 4 : 7} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** The monitor's own parts: configuration, threads, disk. */
const OurselvesSection = () => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const { status } = usePicture();
  const { isPast } = useInstant();
  if (status === null) return null;
  if (isPast)
    return (
      <section className="border-t border-line-2 pt-3">
        <div className="head">
          <h2>{t('ui.configuration')}</h2>
        </div>
        {status.config.error !== null && (
          <pre role="alert" className="well my-2 text-down-ink">
            {status.config.error.text}
          </pre>
        )}
        <p className="text-ink-2">{t('ui.machinery-unknown')}</p>
      </section>
    );
  const reload = (): void => {
    send('POST', '/-/reload', {}).catch((cause: unknown) =>
      toast.error(cause instanceof Error ? cause.message : String(cause)),
    );
  };
  return (
    <section className="grid gap-6 border-t border-line-2 pt-3 lg:grid-cols-2">
      <div>
        <div className="head">
          <h2>{t('ui.configuration')}</h2>
          <button type="button" className="btn ml-auto" onClick={reload}>
            {t('ui.reload')}
          </button>
        </div>
        <p className="text-ink-2">
          {status.config.file === null
            ? t('ui.config-none')
            : t('ui.config-file', {
                file: status.config.file,
                loadedAt: now === 0 ? '' : clockTime(status.config.loadedAt, lang, now),
              })}
        </p>
        {status.config.error !== null && (
          <pre role="alert" className="well mt-2 text-down-ink">
            {status.config.error.text}
          </pre>
        )}
        {status.config.warnings.length > 0 && (
          <pre className="well mt-2">{status.config.warnings.join('\n')}</pre>
        )}
        <p className="mt-3 text-ink-2">
          {t('ui.disk')}: {t('ui.disk-free', { free: bytesText(status.disk.freeBytes) })}
          {status.disk.error !== null && (
            <span className="text-down-ink">
              {' '}
              {t('ui.disk-behind', { behindMs: status.disk.behindMs, error: status.disk.error })}
            </span>
          )}
        </p>
      </div>
      <div>
        <div className="head">
          <h2>{t('ui.threads')}</h2>
        </div>
        <table className="grid-table">
          <TableHead columns={['ui.thread', ['ui.loop-delay', 'num'], ['ui.restarts', 'num']]} />
          <tbody>
            {status.threads.map((thread) => (
              <tr key={thread.name}>
                <td>
                  <span className="st">
                    <Glyph name={thread.alive ? 'up' : 'down'} />
                    {thread.name}
                  </span>
                </td>
                <td className="num">{spanOrUnknown(thread.loopDelayP99Ms, lang)}</td>
                <td className="num">{thread.restarts}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};

export const Targets = () => {
  const t = useWords();
  const { isPast } = useInstant();
  const { data: scraped, error, again: rescrape } = useRead<TargetsDto>('/api/v1/targets', REFRESH_MS);
  const { data: probed, again: reprobe } = useRead<HeartbeatTargetsDto>('/api/heartbeat-targets', REFRESH_MS);
  const targets = (scraped?.data.activeTargets ?? []).toSorted(
    (a, b) =>
      Number(a.health === 'up') - Number(b.health === 'up') || addressOf(a).localeCompare(addressOf(b)),
  );
  const heartbeats = probed?.targets ?? [];
  const count = targets.length + heartbeats.length;
  const up =
    targets.filter((target) => target.health === 'up').length +
    heartbeats.filter((target) => target.state === 'up').length;
  return (
    <>
      <h1 className="verdict">
        {scraped === undefined || probed === undefined
          ? t('ui.targets')
          : count === 0
            ? t('ui.targets-none')
            : t('ui.targets-verdict', { up, count })}
      </h1>
      <p className="lede mb-5 mt-1">{t('ui.targets-lede')}</p>
      {error !== undefined && (
        <p role="alert" className="mb-4 text-down-ink">
          {error.message}
        </p>
      )}
      <OwnTargets
        onChange={() => {
          rescrape();
          reprobe();
        }}
      />
      <div className="head">
        <h2>{t('ui.scrape-targets')}</h2>
      </div>
      {scraped === undefined ? <div className="skeleton mb-6 h-24" /> : <ScrapeTargets targets={targets} />}
      <div className="head">
        <h2>{t('ui.heartbeat-targets')}</h2>
        {isPast && <span className="note">{t('ui.heartbeats-unknown')}</span>}
      </div>
      {probed === undefined ? (
        <div className="skeleton mb-6 h-24" />
      ) : (
        <HeartbeatTargets targets={probed.targets} />
      )}
      <OurselvesSection />
    </>
  );
};
