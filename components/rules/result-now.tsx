'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { useWords } from '#components/words.tsx';
import type { PreviewDto } from '#lib/api/schema-rules.ts';
import { valueText } from '#lib/format/number.ts';

import { labelText } from './label-text.ts';

const GLYPHS = {
  critical: 'critical',
  firing: 'warning',
  pending: 'pending',
  quiet: 'up',
  recorded: 'up',
} as const;
const INKS = {
  critical: 'text-down-ink',
  firing: 'text-suspect-ink',
  pending: 'text-suspect-ink',
  quiet: 'text-ok-ink',
  recorded: 'text-ok-ink',
} as const;
const SHOWN = 12;
/** More quiet series than this are told in one row. */
const QUIET_SHOWN = 2;

const Row = ({
  row,
  isAlert,
  isCritical,
}: {
  row: PreviewDto['now'][number];
  isAlert: boolean;
  isCritical: boolean;
}) => {
  const t = useWords();
  const look = isCritical && row.state === 'firing' ? 'critical' : row.state;
  return (
    <tr data-state={row.state}>
      <td>
        <span className={`st ${INKS[look]}`}>
          <Glyph name={GLYPHS[look]} />
          {t(`ui.rules.state.${row.state}`)}
        </span>
      </td>
      <td className="wrap font-mono text-12">{labelText(row.labels)}</td>
      <td className="num">{valueText(row.value)}</td>
      {isAlert && (
        <td className="num text-ink-2">
          {row.state === 'pending'
            ? t('ui.rules.waits')
            : row.since === null
              ? '–'
              : t('ui.rules.since', { sinceAt: row.since })}
        </td>
      )}
    </tr>
  );
};

/** The quiet ones in one row: how many, and between which values they lie. */
const QuietRow = ({ rows }: { rows: PreviewDto['now'] }) => {
  const t = useWords();
  const values = rows.flatMap((row) => row.value ?? []);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (
    <tr data-state="quiet">
      <td>
        <span className={`st ${INKS.quiet}`}>
          <Glyph name={GLYPHS.quiet} />
          {t('ui.rules.state.quiet')}
        </span>
      </td>
      <td className="text-ink-2">{t('ui.rules.others', { count: rows.length })}</td>
      <td className="num">
        {values.length === 0
          ? '?'
          : least === most
            ? valueText(least)
            : `${valueText(least)}–${valueText(most)}`}
      </td>
      <td className="num text-ink-2">–</td>
    </tr>
  );
};

/** What a draft says at the page's instant, worst first. */
export const ResultNow = ({
  kind,
  severity,
  preview,
  action,
}: {
  kind: 'alert' | 'record';
  severity: string;
  preview: PreviewDto;
  /** What can be done with the result. */
  action: React.ReactNode;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  const isAlert = kind === 'alert';
  const quiet = preview.now.filter((row) => row.state === 'quiet');
  const matching = preview.now.length - quiet.length;
  const rows = quiet.length > QUIET_SHOWN ? preview.now.filter((row) => row.state !== 'quiet') : preview.now;
  return (
    <>
      <div className="head">
        <h2>{t(isPast ? 'ui.rules.result-then' : 'ui.rules.result')}</h2>
        <span className="note">
          {t(isAlert ? 'ui.rules.result-note' : 'ui.rules.result-record-note', {
            matching,
            count: preview.now.length,
            elapsedMs: Math.max(1, Math.round(preview.elapsedMs)),
            read: preview.seriesRead,
          })}
        </span>
        <span className="ml-auto">{action}</span>
      </div>
      {preview.now.length === 0 ? (
        <p className="text-ink-2" data-testid="result-quiet">
          {t(isAlert ? 'ui.rules.nothing' : 'ui.rules.nothing-recorded')}
        </p>
      ) : (
        <table className="grid-table" data-testid="result-now">
          <thead>
            <tr>
              <th scope="col">{t('ui.state')}</th>
              <th scope="col">{t('ui.rules.series')}</th>
              <th scope="col" className="num">
                {t('ui.rules.value')}
              </th>
              {isAlert && (
                <th scope="col" className="num">
                  {t('ui.rules.would-fire')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row) => (
              <Row
                key={labelText(row.labels)}
                row={row}
                isAlert={isAlert}
                isCritical={severity === 'critical'}
              />
            ))}
            {quiet.length > QUIET_SHOWN && <QuietRow rows={quiet} />}
          </tbody>
        </table>
      )}
      {preview.warnings.map((warning) => (
        <p key={warning} className="mt-2 text-12 text-suspect-ink">
          {warning}
        </p>
      ))}
    </>
  );
};
