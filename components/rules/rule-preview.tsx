'use client';

import dynamic from 'next/dynamic';

import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleDraftDto } from '#lib/api/schema-rules.ts';

import { BacktestBands } from './backtest-bands.tsx';
import { ResultNow } from './result-now.tsx';
import { usePreview } from './use-preview.ts';
import type { Previewed } from './use-preview.ts';

const ResultChart = dynamic(() => import('./result-chart.tsx'), {
  ssr: false,
  loading: () => <div className="skeleton h-52" />,
});

/** The draft's result at the page's instant, and its values over the span. */
export const RuleResult = ({
  kind,
  severity,
  previewed,
  spanMs,
  now,
  expr,
}: {
  kind: RuleDraftDto['kind'];
  /** What the draft's label says. */
  severity: string;
  previewed: Previewed;
  expr: string;
  spanMs: number;
  now: number;
}) => {
  const { preview, error } = previewed;
  if (error !== null)
    return (
      <p role="alert" className="text-down-ink">
        {error}
      </p>
    );
  if (preview === undefined) return null;
  return (
    <>
      <ResultNow
        kind={kind}
        severity={severity}
        preview={preview}
        action={<EmbedButton panel="chart" query={expr} />}
      />
      {preview.series.length > 0 && (
        <div className="mt-4">
          <ResultChart preview={preview} from={now - spanMs} to={now} />
        </div>
      )}
    </>
  );
};

/** How often the draft would have fired, beside the saved rule. */
export const Backtest = ({
  severity,
  previewed,
  saved,
  groupLabels,
  version,
  spanMs,
  now,
}: {
  severity: string;
  previewed: Previewed;
  /** Null while nothing differs from what is saved. */
  saved: RuleDraftDto | null;
  groupLabels: Readonly<Record<string, string>>;
  version: number;
  spanMs: number;
  now: number;
}) => {
  const t = useWords();
  const before = usePreview(saved, groupLabels, spanMs, now);
  const { preview } = previewed;
  if (preview === undefined) return null;
  return (
    <>
      <p className="mb-3 text-14">
        <b>{t('ui.rules.backtest-fired', { count: preview.fired, spanMs })}</b>{' '}
        {before.preview !== undefined && (
          <span className="text-ink-2">{t('ui.rules.backtest-was', { count: before.preview.fired })}</span>
        )}
      </p>
      <BacktestBands
        isCritical={severity === 'critical'}
        bands={preview.bands}
        saved={
          before.preview === undefined
            ? null
            : { name: t('ui.rules.saved-rule', { version }), bands: before.preview.bands }
        }
        from={now - spanMs}
        to={now}
      />
    </>
  );
};
