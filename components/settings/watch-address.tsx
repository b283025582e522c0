'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { toast } from 'sonner';
import useSWR from 'swr';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { LookDto, WatchRequestDto } from '#lib/api/schema-settings.ts';
import { ask } from '#lib/client/http.ts';

const TYPING_MS = 400;
/** Targets of a Prometheus that are shown before it is watched. */
const SHOWN = 5;
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** The text once typing has rested. */
const useRested = (text: string): string => {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
};

/** What answers at an address; asked once per address, and again when it is typed again. */
const useLook = (
  address: string,
): { look: LookDto | undefined; error: Error | undefined; looking: boolean } => {
  const rested = useRested(address.trim());
  const { data, error, isLoading } = useSWR<LookDto, Error>(
    rested === '' ? null : ['/api/targets/look', rested],
    ([path, url]: [string, string]) => ask<LookDto>('POST', path, { url }),
    { revalidateOnFocus: false, shouldRetryOnError: false },
  );
  const current = rested === address.trim();
  return {
    look: current ? data : undefined,
    error: current ? error : undefined,
    looking: address.trim() !== '' && (!current || isLoading),
  };
};

/** A name to begin with, from what was found and where. */
const nameFor = (look: LookDto, kind: string): string =>
  `${kind}-${look.address}`
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .slice(0, 63);

const Choice = ({
  look,
  chosen,
  choose,
}: {
  look: LookDto;
  chosen: number;
  choose: (index: number) => void;
}) => {
  const t = useWords();
  const group = useId();
  return (
    <fieldset className="grid gap-1">
      <legend className="note mb-1">
        {t('ui.watch.as')} · {t('ui.watch.answers', { elapsedMs: Math.round(look.elapsedMs) })}
      </legend>
      {look.found.map((finding, i) => (
        <label key={finding.kind} className="flex flex-wrap items-center gap-2">
          <input type="radio" name={group} checked={i === chosen} onChange={() => choose(i)} />
          <span className="st">
            <Glyph name="up" />
            {t(`ui.watch.kind.${finding.kind}`)}
          </span>
          <span className="note">
            {finding.what}
            {(finding.members.length > 0 || finding.kind === 'prometheus') &&
              ` · ${t(finding.kind === 'prometheus' ? 'ui.scrapers' : 'ui.watch.members', { count: finding.members.length })}`}
          </span>
        </label>
      ))}
    </fieldset>
  );
};

/** Some of what a Prometheus scrapes. */
const Scraped = ({ members }: { members: LookDto['found'][number]['members'] }) => {
  const t = useWords();
  return (
    <ul className="grid gap-0.5" data-testid="scraped">
      {members.slice(0, SHOWN).map(({ node, address }) => (
        <li key={`${node} ${address}`} className="flex flex-wrap gap-x-2">
          <span>{node}</span>
          <span className="font-mono text-12 wrap-anywhere text-ink-2">{address}</span>
        </li>
      ))}
      {members.length > SHOWN && (
        <li className="note">{t('ui.watch.more', { count: members.length - SHOWN })}</li>
      )}
    </ul>
  );
};

const WatchForm = ({ look, onWatched }: { look: LookDto; onWatched: () => void }) => {
  const t = useWords();
  const [chosen, setChosen] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const finding = look.found[chosen];
  if (finding === undefined) return null;
  const name = typed ?? nameFor(look, finding.kind);
  const watch = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const { address, scheme } = look;
    const { kind, path } = finding;
    try {
      await ask('POST', '/api/targets', { kind, path, address, scheme, name } satisfies WatchRequestDto);
      toast(t('ui.watch.added', { address, name }));
      onWatched();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void watch();
      }}
    >
      <Choice look={look} chosen={chosen} choose={setChosen} />
      {finding.kind === 'prometheus' && <Scraped members={finding.members} />}
      <label className="grid gap-1">
        <span className="note">{t('ui.watch.name')}</span>
        <input
          className="field font-mono"
          value={name}
          aria-invalid={!NAME.test(name)}
          onChange={(event) => setTyped(event.target.value)}
        />
        {!NAME.test(name) && <span className="text-12 text-suspect-ink">{t('ui.watch.name-rule')}</span>}
      </label>
      <button type="submit" className="btn primary justify-self-start" disabled={busy || !NAME.test(name)}>
        {t('ui.watch.do', { name })}
      </button>
      {error !== null && (
        <p role="alert" className="text-down-ink">
          {error}
        </p>
      )}
    </form>
  );
};

/** Paste an address, see what answers there, watch it. */
export const WatchAddress = ({
  onWatched,
  focus = false,
  only = null,
}: {
  onWatched: () => void;
  /** The first start has one thing to do, and this is it. */
  focus?: boolean;
  /** Only this may be watched here. */
  only?: 'prometheus' | null;
}) => {
  const t = useWords();
  const [address, setAddress] = useState('');
  const seen = useLook(address);
  const found = seen.look?.found.filter(({ kind }) => only === null || kind === only) ?? [];
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  return (
    <div className="grid content-start gap-3">
      <label className="grid gap-1">
        <span className="note">{t(only === null ? 'ui.watch.address' : 'ui.start.prometheus-url')}</span>
        <input
          className="field font-mono"
          placeholder={only === null ? 'http://10.0.0.1:2379' : 'http://10.0.0.1:9090'}
          value={address}
          ref={field}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <div role="status" className="grid gap-1">
        {seen.looking && <span className="note">{t('ui.watch.looking')}</span>}
        {seen.error !== undefined && <span className="text-down-ink">{seen.error.message}</span>}
        {seen.look?.error === null && found.length === 0 && (
          <span className="st text-suspect-ink">
            <Glyph name="suspect" />
            {t('ui.start.no-prometheus', { address: seen.look.address })}
          </span>
        )}
        {seen.look?.error != null && (
          <>
            <span className="st text-down-ink">
              <Glyph name="down" />
              {t('ui.watch.nothing', { address: seen.look.address })}
            </span>
            <span className="font-mono text-12 break-words text-ink-2">{seen.look.error}</span>
          </>
        )}
      </div>
      {seen.look !== undefined && found.length > 0 && (
        <WatchForm
          key={seen.look.address}
          look={{ ...seen.look, found }}
          onWatched={() => {
            setAddress('');
            onWatched();
          }}
        />
      )}
    </div>
  );
};
