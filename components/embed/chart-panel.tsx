'use client';

import dynamic from 'next/dynamic';

import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';

import { overviewPage, pastOf } from './addresses.ts';
import { PanelFrame } from './frame.tsx';
import { RangeAxis } from './range-strip.tsx';

const TimeLines = dynamic(() => import('#components/charts/time-lines.tsx'), {
  ssr: false,
  loading: () => <div className="skeleton h-40" />,
});

const COLOURS = 6;

type Labels = Readonly<Record<string, string>>;

/** A series as Prometheus writes it, without the labels that all of the series share. */
const nameOf = (labels: Labels, shared: ReadonlySet<string>): string => {
  const { __name__: metric = '', ...rest } = labels;
  const pairs = Object.entries(rest).filter(([name]) => !shared.has(name));
  if (pairs.length === 0) return metric === '' ? '{}' : metric;
  return `{${pairs.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
};

const sharedLabels = (all: readonly Labels[]): ReadonlySet<string> => {
  const [first = {}, ...rest] = all;
  if (rest.length === 0) return new Set();
  return new Set(
    Object.entries(first)
      .filter(([name, value]) => rest.every((labels) => labels[name] === value))
      .map(([name]) => name),
  );
};

const valueText = (value: number | null): string =>
  value === null ? '–' : new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value);

/** A PromQL expression over the range, its series named with their last values. */
export const ChartPanel = ({ data }: { data: EmbedOf<'chart'> }) => {
  const t = useWords();
  const { series, instants, query, total, at, rangeMs } = data;
  const shared = sharedLabels(series.map((each) => each.labels));
  const lines = series.map(({ labels, values }, i) => ({
    name: nameOf(labels, shared),
    values,
    colour: `var(--series-${(i % COLOURS) + 1})`,
    dashed: i >= COLOURS,
  }));
  const note =
    total === 0
      ? t('embed.series-none')
      : total > series.length
        ? t('embed.series-cut', { shown: series.length, count: total })
        : null;
  const to = Date.parse(at);
  return (
    <PanelFrame title={t('embed.chart')} href={overviewPage(pastOf(data))} sentence={query}>
      {note !== null && <p className="note">{note}</p>}
      {lines.length > 0 && (
        <TimeLines
          instants={instants.map((instant) => Date.parse(instant))}
          lines={lines}
          from={to - rangeMs}
          to={to}
          label={query}
        />
      )}
      {lines.length === 0 && <RangeAxis at={at} rangeMs={rangeMs} past={data.past} />}
      <ul className="mt-2 grid gap-x-6 text-12 [grid-template-columns:repeat(auto-fill,minmax(200px,1fr))]">
        {lines.map((line) => (
          <li key={line.name} className="flex min-w-0 items-center gap-1.5">
            <svg width="14" height="4" aria-hidden="true" className="flex-none">
              <path
                d="M0 2H14"
                stroke={line.colour}
                strokeWidth="2"
                {...(line.dashed ? { strokeDasharray: '4 2' } : {})}
              />
            </svg>
            <span className="truncate font-mono">{line.name}</span>
            <b className="ml-auto">{valueText(line.values.at(-1) ?? null)}</b>
          </li>
        ))}
      </ul>
      {data.warnings.map((warning) => (
        <p key={warning} className="note">
          {warning}
        </p>
      ))}
    </PanelFrame>
  );
};
