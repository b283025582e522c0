'use client';

import { useState } from 'react';
import { toast } from 'sonner';
import useSWR from 'swr';

import { Overlay } from '#components/shell/dialog.tsx';
import { Glyph } from '#components/marks/glyphs.tsx';
import { useClock } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { DemoDto, FaultRequest } from '#lib/api/schema.ts';
import { getJson, send } from '#lib/client/http.ts';
import { sinceSpan } from '#lib/format/time.ts';

type Member = DemoDto['services'][number];

const Expectation = ({ kind }: { kind: 'kill' | 'stop' | 'partition' }) => {
  const t = useWords();
  return <p className="note mb-2">{t(`ui.faults.expect-${kind}`)}</p>;
};

const CutForm = ({ nodes, act }: { nodes: readonly string[]; act: (fault: FaultRequest) => void }) => {
  const t = useWords();
  const [node, setNode] = useState(nodes[0] ?? '');
  const [peer, setPeer] = useState('');
  const [oneWay, setOneWay] = useState(false);
  return (
    <form
      className="mb-2 grid grid-cols-2 gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        act({ kind: 'partition', node, ...(peer === '' ? {} : { peer }), direction: oneWay ? 'to' : 'both' });
      }}
    >
      <label className="grid gap-1">
        <span className="note">{t('ui.faults.from')}</span>
        <select className="select" value={node} onChange={(event) => setNode(event.target.value)}>
          {nodes.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label className="grid gap-1">
        <span className="note">{t('ui.faults.to')}</span>
        <select className="select" value={peer} onChange={(event) => setPeer(event.target.value)}>
          <option value="">{t('ui.faults.everybody')}</option>
          <option value="monitor">{t('ui.monitor')}</option>
          {nodes
            .filter((each) => each !== node)
            .map((each) => (
              <option key={each}>{each}</option>
            ))}
        </select>
      </label>
      <label className="grid gap-1">
        <span className="note">{t('ui.faults.direction')}</span>
        <select
          className="select"
          value={oneWay ? 'to' : 'both'}
          onChange={(event) => setOneWay(event.target.value === 'to')}
        >
          <option value="both">{t('ui.faults.both')}</option>
          <option value="to">{t('ui.faults.one-way')}</option>
        </select>
      </label>
      <button type="submit" className="btn self-end justify-center">
        {t('ui.faults.cut')}
      </button>
    </form>
  );
};

const MemberRow = ({
  member,
  stopped,
  act,
}: {
  member: Member;
  stopped: boolean;
  act: (fault: FaultRequest) => void;
}) => {
  const t = useWords();
  const { node } = member;
  return (
    <tr>
      <td>
        <span className="st">
          <Glyph name={!member.alive ? 'down' : stopped ? 'unknown' : 'up'} />
          {node}
        </span>
      </td>
      <td className="text-ink-3">
        {member.alive
          ? stopped
            ? t('ui.faults.paused')
            : t('ui.pid', { process: String(member.pid) })
          : t('ui.faults.dead')}
      </td>
      <td className="num">
        <span className="inline-flex gap-1">
          {member.alive && (
            <button
              type="button"
              className="btn danger"
              aria-label={`${t('ui.faults.kill')} ${node}`}
              onClick={() => act({ kind: 'kill', node })}
            >
              {t('ui.faults.kill')}
            </button>
          )}
          {member.alive && !stopped && (
            <button
              type="button"
              className="btn"
              aria-label={`${t('ui.faults.stop')} ${node}`}
              onClick={() => act({ kind: 'stop', node })}
            >
              {t('ui.faults.stop')}
            </button>
          )}
        </span>
      </td>
    </tr>
  );
};

/** Breaks the sample cluster on purpose, and heals it. */
export const FaultDrawer = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const lang = useLang();
  const t = useWords();
  const now = useClock();
  const { data: demo, mutate } = useSWR(open ? '/api/demo' : null, (path: string) => getJson<DemoDto>(path), {
    refreshInterval: 1000,
    shouldRetryOnError: false,
  });
  const run = (work: Promise<void>): void => {
    work.then(
      () => mutate(),
      (cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)),
    );
  };
  const act = (fault: FaultRequest): void => run(send('POST', '/api/demo/faults', fault));
  const members =
    demo === undefined ? [] : [...demo.groups.flatMap((group) => group.members), ...demo.services];
  const faults = demo?.faults ?? [];
  return (
    <Overlay
      open={open}
      onClose={onClose}
      title={t('ui.faults.title')}
      note={t('ui.faults.note')}
      shape="drawer"
    >
      <div className="head">
        <h3 className="font-head">{t('ui.faults.active')}</h3>
        <button
          type="button"
          className="btn ml-auto"
          disabled={faults.length === 0}
          onClick={() => run(send('DELETE', '/api/demo/faults'))}
        >
          {t('ui.faults.heal-all')}
        </button>
      </div>
      {faults.length === 0 ? (
        <p className="mb-4 text-ink-2">{t('ui.faults.none')}</p>
      ) : (
        <ul className="mb-4">
          {faults.map((fault) => (
            <li key={fault.id} className="flex min-h-8 items-center gap-2 border-b border-line">
              <Glyph name="down" />
              <b>{fault.kind}</b> {fault.node}
              {fault.peer !== undefined && ` ${fault.direction === 'to' ? '→' : '↔'} ${fault.peer}`}
              <span className="note ml-auto">{now === 0 ? '' : sinceSpan(fault.at, lang, now)}</span>
              <button
                type="button"
                className="btn"
                aria-label={`${t('ui.faults.heal')} ${fault.kind} ${fault.node}`}
                onClick={() => run(send('DELETE', `/api/demo/faults/${fault.id}`))}
              >
                {t('ui.faults.heal')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <table className="grid-table mb-2">
        <thead>
          <tr>
            <th scope="col">{t('ui.node')}</th>
            <th scope="col">{t('ui.state')}</th>
            <th scope="col">
              <span className="sr-only">{t('ui.faults')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow
              key={member.node}
              member={member}
              stopped={faults.some((fault) => fault.kind === 'stop' && fault.node === member.node)}
              act={act}
            />
          ))}
        </tbody>
      </table>
      <Expectation kind="kill" />
      <Expectation kind="stop" />
      {demo !== undefined && (
        <>
          <h3 className="mb-2 font-head">{t('ui.faults.partition')}</h3>
          <CutForm nodes={members.map((member) => member.node)} act={act} />
          <Expectation kind="partition" />
        </>
      )}
    </Overlay>
  );
};
