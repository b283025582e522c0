'use client';

import { Keyboard, Zap } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';

import { useLang, useWords } from '#components/words.tsx';
import { clockTime } from '#lib/format/time.ts';

import { useInstant } from './instant.tsx';
import { useHref } from './link.tsx';
import { usePicture } from './live.tsx';
import { LanguageButton, ThemeButton } from './preference-buttons.tsx';
import { useClock } from './use-now.ts';

const STALE_MS = 10_000;

/** Ages of the past are told in whole minutes once there are some, so that they are not read out every second. */
const wholeMinutes = (ms: number): number =>
  ms < 60_000 ? Math.max(0, ms) : Math.floor(ms / 60_000) * 60_000;

/** How old the picture is, or of when; it turns into "stale since" when frames stop. */
const PictureAge = () => {
  const t = useWords();
  const lang = useLang();
  const now = useClock();
  const { isPast } = useInstant();
  const { connected, receivedAt, at } = usePicture();
  if (isPast && now !== 0) {
    const agoMs = at === null ? 0 : wholeMinutes(now - Date.parse(at));
    return (
      <span role="status" aria-live="polite" data-testid="picture-age">
        {at === null ? (
          t('ui.loading')
        ) : (
          <>
            <span className="wide">{t('ui.time.as-of', { clock: clockTime(at, lang, now), agoMs })}</span>
            <span className="phone">{t('ui.time.ago', { spanMs: agoMs })}</span>
          </>
        )}
      </span>
    );
  }
  if (now === 0 || receivedAt === 0 || at === null)
    return <span className="text-ink-3">{t('ui.connecting')}</span>;
  const ageMs = Math.max(0, now - receivedAt);
  const isStale = ageMs > STALE_MS || (!connected && ageMs > 3000);
  return (
    <span role="status" aria-live="off" data-testid="picture-age">
      <span className="text-ink-3 wide">{t('ui.picture')} </span>
      {isStale ? (
        <b className="text-suspect-ink">{t('ui.stale', { sinceAt: new Date(receivedAt).toISOString() })}</b>
      ) : (
        <b>{t('ui.age', { ageMs: Math.round(ageMs / 100) * 100 })}</b>
      )}
    </span>
  );
};

const ClusterPicker = () => {
  const t = useWords();
  const router = useRouter();
  const href = useHref();
  const path = usePathname();
  const named = useSearchParams().get('cluster') ?? '';
  const { clusters } = usePicture();
  if (clusters.length === 0) return null;
  const consensusOf = path.startsWith('/clusters/')
    ? decodeURIComponent(path.slice('/clusters/'.length))
    : '';
  const pageOf = (id: string): string =>
    id === ''
      ? '/'
      : consensusOf === ''
        ? `/topology?cluster=${encodeURIComponent(id)}`
        : `/clusters/${encodeURIComponent(id)}`;
  return (
    <select
      className="select"
      aria-label={t('ui.pick-cluster')}
      value={consensusOf === '' ? (path === '/topology' ? named : '') : consensusOf}
      onChange={(event) => router.push(href(pageOf(event.target.value)))}
    >
      <option value="">
        {t('ui.all-clusters')} ({clusters.length})
      </option>
      {clusters.map((cluster) => (
        <option key={cluster.id} value={cluster.id}>
          {cluster.name}
        </option>
      ))}
    </select>
  );
};

export const Strip = ({
  onFaults,
  onHelp,
  time,
}: {
  onFaults: () => void;
  onHelp: () => void;
  time: React.ReactNode;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  const { status } = usePicture();
  return (
    <header className="strip">
      <ClusterPicker />
      {time}
      <span className="flex-1" />
      <PictureAge />
      {status !== null && !isPast && (
        <span className="wide text-ink-3">{t('ui.scrapers', { count: status.scrapers.total })}</span>
      )}
      {status?.demo === true && !isPast && (
        <button type="button" className="btn" aria-label={t('ui.faults')} onClick={onFaults}>
          <Zap size={14} strokeWidth={1.5} aria-hidden="true" />
          <span className="wide">{t('ui.faults')}</span>
        </button>
      )}
      <button
        type="button"
        className="btn ghost wide"
        aria-label={t('ui.help')}
        title={t('ui.help')}
        onClick={onHelp}
      >
        <Keyboard size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
      <span className="wide inline-flex gap-2.5">
        <ThemeButton />
        <LanguageButton />
      </span>
    </header>
  );
};
