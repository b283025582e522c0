'use client';

import { useState } from 'react';

import { Overlay } from '#components/shell/dialog.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { LangProvider, useLang, useWords } from '#components/words.tsx';
import { EMBED_PANELS } from '#lib/api/schema-embed.ts';
import { embedHtml, embedQuery } from '#lib/format/embed-snippet.ts';
import type { EmbedChoice } from '#lib/format/embed-snippet.ts';
import { LANGS } from '#lib/i18n/lang.ts';
import { parseDuration } from '#lib/model/time.ts';

import { EmbedPanel } from './embed-panel.tsx';
import type { EmbedSubject } from './subject.ts';
import { Choice, Snippet, Typed, WhoMayFrame } from './snippet-parts.tsx';

const RANGES = ['15m', '1h', '6h', '24h', '7d'] as const;
const REFRESHES = ['5s', '10s', '30s', '1m', '5m'] as const;
const THEMES = ['light', 'dark', 'auto'] as const;
const WIDTHS = ['280', '320', '480', '640', '800', '100%'] as const;
const HEIGHTS = ['120', '196', '260', '330', '430'] as const;

/** How tall each panel is when nothing is cut off. */
const HEIGHT: Readonly<Record<EmbedSubject['panel'], (typeof HEIGHTS)[number]>> = {
  overview: '260',
  cluster: '196',
  topology: '430',
  suspicion: '330',
  leader: '260',
  alerts: '260',
  chart: '330',
};

interface Form extends EmbedChoice {
  readonly panel: EmbedSubject['panel'];
  readonly width: string;
  readonly height: string;
}

const needsCluster = (panel: string): boolean =>
  panel === 'cluster' || panel === 'topology' || panel === 'leader';

/** Only what the panel knows of goes into its address. */
const choiceOf = (form: Form): EmbedChoice => {
  const { width: _width, height: _height, ...choice } = form;
  return {
    ...choice,
    cluster: form.panel === 'overview' || form.panel === 'chart' ? null : form.cluster,
    node: form.panel === 'suspicion' ? form.node : null,
    query: form.panel === 'chart' ? form.query : null,
  };
};

type Change = (changes: Partial<Form>) => void;

const What = ({ form, change }: { form: Form; change: Change }) => {
  const t = useWords();
  const { clusters, nodes } = usePicture();
  const { panel } = form;
  return (
    <>
      <Choice
        label={t('embed.what')}
        value={panel}
        options={EMBED_PANELS.map((name) => [name, t(`embed.panel.${name}`)])}
        onChange={(next) => {
          const name = EMBED_PANELS.find((known) => known === next) ?? panel;
          const cluster = form.cluster ?? clusters[0]?.id ?? null;
          change({ panel: name, height: HEIGHT[name], ...(needsCluster(name) ? { cluster } : {}) });
        }}
      />
      {panel !== 'overview' && panel !== 'chart' && (
        <Choice
          label={t('ui.cluster')}
          value={form.cluster ?? ''}
          options={[
            ...(needsCluster(panel) ? [] : [['', t('ui.all-clusters')] as const]),
            ...clusters.map((cluster) => [cluster.id, cluster.name] as const),
          ]}
          onChange={(cluster) => change({ cluster: cluster === '' ? null : cluster, node: null })}
        />
      )}
      {panel === 'suspicion' && (
        <Choice
          label={t('ui.node')}
          value={form.node ?? ''}
          options={[
            ['', t('embed.every-node')],
            ...[...nodes.values()]
              .filter((node) => form.cluster === null || node.clusters.some(({ id }) => id === form.cluster))
              .map((node) => [node.id, node.name] as const),
          ]}
          onChange={(node) => change({ node: node === '' ? null : node })}
        />
      )}
      {panel === 'chart' && (
        <Typed
          label={t('embed.expression')}
          value={form.query ?? ''}
          onCommit={(query) => change({ query })}
        />
      )}
    </>
  );
};

const How = ({ form, change }: { form: Form; change: Change }) => {
  const t = useWords();
  const same = (values: readonly string[]) => values.map((value) => [value, value] as const);
  return (
    <>
      <Choice
        label={t('embed.range-label')}
        value={form.range}
        options={same(RANGES)}
        onChange={(range) => change({ range })}
      />
      <Choice
        label={t('embed.refresh')}
        value={form.refresh}
        options={same(REFRESHES)}
        onChange={(refresh) => change({ refresh })}
      />
      <Choice
        label={t('ui.theme')}
        value={form.theme}
        options={THEMES.map((theme) => [theme, t(`embed.theme.${theme}`)])}
        onChange={(next) => change({ theme: THEMES.find((theme) => theme === next) ?? 'light' })}
      />
      <Choice
        label={t('ui.language')}
        value={form.lang ?? ''}
        options={[
          ['', t('embed.lang.auto')],
          ['en', 'English'],
          ['zh', '中文'],
        ]}
        onChange={(lang) => change({ lang: lang === '' ? null : lang })}
      />
      <Choice
        label={t('embed.width')}
        value={form.width}
        options={same(WIDTHS)}
        onChange={(width) => change({ width })}
      />
      <Choice
        label={t('embed.height')}
        value={form.height}
        options={same(HEIGHTS)}
        onChange={(height) => change({ height })}
      />
    </>
  );
};

/** The panel itself, as the other page will show it: no frame of ours is needed for that. */
const Preview = ({ form }: { form: Form }) => {
  const t = useWords();
  const own = useLang();
  const choice = choiceOf(form);
  const lang = LANGS.find((known) => known === form.lang) ?? own;
  const address = `/embed/${form.panel}/data?${embedQuery({ ...choice, lang })}`;
  return (
    <section aria-label={t('embed.preview')}>
      <h3 className="mb-2 font-head">{t('embed.preview')}</h3>
      <div className="embed-stage" data-theme={form.theme} lang={lang === 'zh' ? 'zh-CN' : 'en'}>
        <div
          className="embed-size"
          style={{
            width: form.width.endsWith('%') ? form.width : `${form.width}px`,
            height: `${form.height}px`,
          }}
        >
          <LangProvider value={lang}>
            <EmbedPanel
              key={form.panel}
              lang={lang}
              address={address}
              refreshMs={parseDuration(form.refresh) ?? 10_000}
              first={null}
              problem={null}
            />
          </LangProvider>
        </div>
      </div>
    </section>
  );
};

/** Options of a panel, the panel as it will look, its HTML, and who may show it. */
const SnippetForm = ({ subject, onClose }: { subject: EmbedSubject; onClose: () => void }) => {
  const t = useWords();
  const { text: at } = useInstant();
  const { status } = usePicture();
  const { panel } = subject;
  const [form, setForm] = useState<Form>({
    panel,
    cluster: subject.cluster ?? null,
    node: subject.node ?? null,
    query: subject.query ?? 'quorate_node_suspicion_phi',
    theme: 'light',
    lang: null,
    range: panel === 'suspicion' ? '1h' : '6h',
    refresh: '10s',
    at,
    width: '640',
    height: HEIGHT[panel],
  });
  const change: Change = (changes) => setForm((before) => ({ ...before, ...changes }));
  const choice = choiceOf(form);
  const named = choice.node ?? choice.cluster ?? choice.query;
  const title =
    named === null ? t(`embed.panel.${form.panel}`) : `${named}: ${t(`embed.panel.${form.panel}`)}`;
  const base = (status?.embed.externalUrl ?? location.origin).replace(/\/$/, '');
  return (
    <Overlay open onClose={onClose} title={t('embed.title')} note={t('embed.note')} shape="sheet">
      <div className="grid gap-8 lg:grid-cols-[280px_minmax(0,1fr)]">
        <div className="grid grid-cols-2 content-start gap-x-3 gap-y-3">
          <What form={form} change={change} />
          <How form={form} change={change} />
        </div>
        <div className="grid min-w-0 content-start gap-5">
          <Preview form={form} />
          <Snippet html={embedHtml(base, choice, { width: form.width, height: form.height, title })} />
          <WhoMayFrame origins={status?.embed.allowedOrigins ?? []} />
        </div>
      </div>
    </Overlay>
  );
};
export default SnippetForm;
