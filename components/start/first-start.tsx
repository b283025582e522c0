'use client';

import { ChartColumn, Link2, Zap } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import { WatchAddress } from '#components/settings/watch-address.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useWords } from '#components/words.tsx';
import { send } from '#lib/client/http.ts';
import { bytesText } from '#lib/format/number.ts';
import { STARTER_CONFIG } from '#lib/format/starter-config.ts';

const Door = ({
  icon: Icon,
  title,
  text,
  children,
}: {
  icon: typeof Zap;
  title: string;
  text: string;
  children: React.ReactNode;
}) => (
  <section className="grid content-start gap-3 py-6 md:px-7 md:first:pl-0 md:last:pr-0">
    <Icon size={20} strokeWidth={1.5} aria-hidden="true" />
    <h2 className="text-18 font-head">{title}</h2>
    <p className="text-ink-2">{text}</p>
    {children}
  </section>
);

const SampleDoor = () => {
  const t = useWords();
  const router = useRouter();
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setStarting(true);
    setError(null);
    try {
      await send('POST', '/api/demo', {});
      router.refresh();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setStarting(false);
    }
  };
  return (
    <Door icon={Zap} title={t('ui.start.sample')} text={t('ui.start.sample-text')}>
      <button
        type="button"
        className="btn justify-self-start"
        disabled={starting}
        onClick={() => void start()}
      >
        {t(starting ? 'ui.start.starting' : 'ui.start.sample-do')}
      </button>
      {error !== null && (
        <p role="alert" className="text-down-ink">
          {error}
        </p>
      )}
    </Door>
  );
};

/** A configuration file to begin with. */
const StarterFile = () => {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <details className="border-t border-line pt-3">
      <summary className="cursor-pointer">{t('ui.start.config')}</summary>
      <p className="my-2 text-ink-2">{t('ui.start.config-text')}</p>
      <textarea
        className="well mb-3 h-[18rem] w-full resize-none"
        readOnly
        aria-label="quorate.yml"
        value={STARTER_CONFIG}
      />
      <button
        type="button"
        className="btn justify-self-start"
        onClick={() => {
          navigator.clipboard.writeText(STARTER_CONFIG).then(
            () => setCopied(true),
            () => undefined, // without permission the text can still be marked
          );
        }}
      >
        {t(copied ? 'ui.copied' : 'ui.copy')}
      </button>
    </details>
  );
};

/** A Prometheus that runs somewhere, or its file. */
const PrometheusDoor = () => {
  const t = useWords();
  const router = useRouter();
  return (
    <Door icon={ChartColumn} title={t('ui.start.prometheus')} text={t('ui.start.prometheus-text')}>
      <WatchAddress only="prometheus" onWatched={() => router.push('/settings/targets')} />
      <p className="text-12 text-ink-2">
        {t('ui.start.prometheus-file')} <code className="font-mono">--config prometheus.yml</code>
      </p>
      <StarterFile />
    </Door>
  );
};

/** What is ready before anything is watched. */
const Readiness = () => {
  const t = useWords();
  const { status } = usePicture();
  if (status === null) return null;
  return (
    <p className="flex flex-wrap gap-x-7 gap-y-2 pt-4">
      <span className="st text-ok-ink">
        <Glyph name={status.ready ? 'up' : 'unknown'} />
        {t(status.ready ? 'ui.start.ready' : 'ui.start.waits')}
      </span>
      <span className="st text-ok-ink">
        <Glyph name={status.disk.error === null ? 'up' : 'down'} />
        {t('ui.start.disk', { free: bytesText(status.disk.freeBytes) })}
      </span>
      {status.config.file === null && <span className="note ml-auto">{t('ui.start.no-file')}</span>}
    </p>
  );
};

/** Nothing is configured: three doors, the first one focused. */
export const FirstStart = () => {
  const t = useWords();
  const router = useRouter();
  return (
    <div className="mx-auto max-w-[1160px] pt-16">
      <h1 className="verdict">{t('ui.start.verdict')}</h1>
      <p className="lede mt-1">{t('ui.start.lede')}</p>
      <div className="mt-8 grid border-y border-line-2 max-md:divide-y md:grid-cols-3 md:divide-x divide-line-2">
        <Door icon={Link2} title={t('ui.watch.title')} text={t('ui.watch.text')}>
          <WatchAddress focus onWatched={() => router.refresh()} />
        </Door>
        <PrometheusDoor />
        <SampleDoor />
      </div>
      <Readiness />
    </div>
  );
};
