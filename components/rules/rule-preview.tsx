'use client';

import dynamic from 'next/dynamic';

import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { useWords } from '#components/words.tsx';
import type { PreviewDto, RuleDraftDto } from '#lib/api/schema-rules.ts';

import { BacktestBands } from './backtest-bands.tsx';
import { ResultNow } from './result-now.tsx';
import type { Previewed } from './use-preview.ts';

const BANDS_DRAWN = 20;

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

/** What the draft would have done to the number of alerts: the first thing to know of a change. */
export const BacktestSentence = ({
  draft,
  saved,
  spanMs,
}: {
  draft: PreviewDto | undefined;
  /** Undefined: there is no saved rule, or it says the same. */
  saved: PreviewDto | undefined;
  spanMs: number;
}) => {
  const t = useWords();
  if (draft === undefined) return null;
  return (
    <p className="lede mt-1" data-testid="backtest-sentence">
      <b>{t('ui.rules.backtest-fired', { count: draft.fired, spanMs })}</b>{' '}
      {saved !== undefined && t('ui.rules.backtest-was', { count: saved.fired })}
    </p>
  );
};

/** When the draft would have fired, above when the saved rule would have. */
export const Backtest = ({
  severity,
  draft,
  saved,
  version,
  from,
  to,
}: {
  severity: string;
  draft: PreviewDto | undefined;
  saved: PreviewDto | undefined;
  version: number;
  from: number;
  to: number;
}) => {
  const t = useWords();
  if (draft === undefined) return null;
  const hidden = draft.bandCount - Math.min(BANDS_DRAWN, draft.bands.length);
  return (
    <>
      <BacktestBands
        isCritical={severity === 'critical'}
        bands={draft.bands.slice(0, BANDS_DRAWN)}
        saved={
          saved === undefined
            ? null
            : {
                name: t('ui.rules.saved-rule', { version }),
                bands: saved.bands.slice(0, BANDS_DRAWN),
              }
        }
        from={from}
        to={to}
      />
      {hidden > 0 && <p className="note mt-1">{t('ui.rules.more-bands', { count: hidden })}</p>}
    </>
  );
};
