'use client';

import { ChevronDown, ChevronRight } from 'lucide-react';

import { TableHead } from '#components/marks/table-head.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { AlertDto } from '#lib/api/schema-alerts.ts';
import { valueText } from '#lib/format/number.ts';
import { clockTime } from '#lib/format/time.ts';

import { Elapsed, Told, whereOf } from './alert-cells.tsx';
import { AlertDetail } from './alert-detail.tsx';
import { AlertMark } from './marks.tsx';

const COLUMNS = 8;

export interface AlertGroup {
  readonly id: string;
  /** Null: the list is not grouped. */
  readonly title: string | null;
  readonly note: string;
  readonly alerts: readonly AlertDto[];
}

/** What is open and what is explained, by the alert's id. */
export interface Opened {
  readonly open: string | null;
  readonly explained: ReadonlySet<string>;
  toggle(id: string): void;
}

const Name = ({ alert, opened }: { alert: AlertDto; opened: Opened }) => {
  const isOpen = opened.open === alert.id;
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      className="inline-flex items-center gap-1 text-left font-strong"
      aria-expanded={isOpen}
      data-alert={alert.id}
      onClick={() => opened.toggle(alert.id)}
    >
      {alert.rule}
      <Icon size={12} strokeWidth={1.5} className="text-ink-3" aria-hidden="true" />
    </button>
  );
};

const Row = ({ alert, opened }: { alert: AlertDto; opened: Opened }) => {
  const lang = useLang();
  const now = useNow();
  const isOpen = opened.open === alert.id;
  const isExplained = !isOpen && opened.explained.has(alert.id);
  const muted = alert.state === 'suppressed' || alert.state === 'resolved' ? 'text-ink-3' : '';
  return (
    <>
      <tr
        className={`pick ${isOpen || isExplained ? 'has-why' : ''} ${muted}`}
        data-row={alert.id}
        data-state={alert.state}
      >
        <td>
          <AlertMark alert={alert} />
        </td>
        <td>
          <Name alert={alert} opened={opened} />
        </td>
        <td>{whereOf(alert)}</td>
        <td className="num">{valueText(alert.value)}</td>
        <td className="text-ink-2">{alert.limit ?? ''}</td>
        <td>
          {now === 0 ? '' : clockTime(alert.since, lang, now)}
          <span className="ml-2 text-ink-3">
            <Elapsed alert={alert} now={now} />
          </span>
        </td>
        <td className={`num ${alert.fired24h > 3 ? 'text-suspect-ink' : ''}`}>{alert.fired24h}</td>
        <td className="pl-4">
          <Told alert={alert} now={now} />
        </td>
      </tr>
      {isExplained && (
        <tr className="why" data-testid="explain">
          <td colSpan={COLUMNS} className="pl-[118px]">
            {alert.explain.text}
          </td>
        </tr>
      )}
      {isOpen && (
        <tr>
          <td colSpan={COLUMNS} className="pl-[118px]">
            <AlertDetail alert={alert} />
          </td>
        </tr>
      )}
    </>
  );
};

const Phone = ({ alert, opened }: { alert: AlertDto; opened: Opened }) => {
  const lang = useLang();
  const now = useNow();
  const isOpen = opened.open === alert.id;
  return (
    <li className="grid min-h-13 grid-cols-[96px_minmax(0,1fr)_auto] items-center gap-x-2 gap-y-0.5 border-t border-line py-2">
      <AlertMark alert={alert} />
      <button
        type="button"
        className="flex min-h-11 min-w-0 items-center text-left font-strong"
        aria-expanded={isOpen}
        onClick={() => opened.toggle(alert.id)}
      >
        <span className="truncate">{alert.rule}</span>
      </button>
      <span className="text-right">
        {valueText(alert.value)} <span className="text-ink-3">{alert.limit ?? ''}</span>
      </span>
      <span className="col-span-2 col-start-2 text-12 text-ink-3">
        {whereOf(alert)} · {now === 0 ? '' : clockTime(alert.since, lang, now)} ·{' '}
        <Elapsed alert={alert} now={now} />
      </span>
      {(isOpen || opened.explained.has(alert.id)) && (
        <div className="col-span-3 text-12">
          {isOpen ? <AlertDetail alert={alert} /> : alert.explain.text}
        </div>
      )}
    </li>
  );
};

/** Alerts in their groups: a table, or two lines each where it is narrow. */
export const AlertTable = ({ groups, opened }: { groups: readonly AlertGroup[]; opened: Opened }) => {
  const t = useWords();
  return (
    <>
      <div className="wide scroll-x" role="group" aria-label={t('alerts.title')} tabIndex={0}>
        <table className="grid-table dense" data-testid="alerts">
          <TableHead
            columns={[
              ['ui.state', 'w-[118px]'],
              'alerts.alert',
              'alerts.where',
              ['alerts.value', 'num'],
              'alerts.limit',
              'ui.since',
              ['alerts.fired-24h', 'num'],
              ['alerts.notification', 'pl-4'],
            ]}
          />
          {groups.map((group) => (
            <tbody key={group.id} data-group={group.id}>
              {group.title !== null && (
                <tr className="group">
                  <th scope="rowgroup" colSpan={COLUMNS}>
                    {group.title}
                    <span className="ml-3 text-12 font-normal text-ink-2">{group.note}</span>
                  </th>
                </tr>
              )}
              {group.alerts.map((alert) => (
                <Row key={alert.id} alert={alert} opened={opened} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <div className="phone">
        {groups.map((group) => (
          <section key={group.id} className="border-t border-line-2 pt-3">
            {group.title !== null && (
              <>
                <h2 className="font-head">{group.title}</h2>
                <p className="pb-2 text-12 text-ink-2">{group.note}</p>
              </>
            )}
            <ul>
              {group.alerts.map((alert) => (
                <Phone key={alert.id} alert={alert} opened={opened} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
};
