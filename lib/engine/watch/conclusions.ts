import type { Labels } from '#lib/model/labels.ts';
import { labelsKey } from '#lib/model/labels.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import { clusterSeries, monitorSeries, nodeSeries } from '../derived-series.ts';
import type { Outbox } from '../outbox.ts';
import type { Group } from './groups.ts';
import { judgedNodeOf } from './watched.ts';
import type { Watched } from './watched.ts';

/** Writes what we conclude as series, and ends those that say nothing any more. */
export interface Conclusions {
  /** @param at monotonic */
  writeNode(entry: Watched, at: Ms): void;
  writeGroup(group: Group): void;
  writeMonitor(stallSeconds: number): void;
  /** Nobody watches it any more: its series end here, else rules would see its last state for minutes. */
  endNode(id: NodeId): void;
  endGroup(id: string): void;
}

const NOTHING: ReadonlyMap<string, Labels> = new Map();

type Write = (out: (name: string, labels: Labels, value: number) => void) => void;

/** @param instant the wall clock for the next batch */
export const createConclusions = (monitor: string, instant: () => Ms, outbox: Outbox): Conclusions => {
  /** What was written last of each subject, by the labels' keys. */
  const written = new Map<string, ReadonlyMap<string, Labels>>();
  const batch = (subject: string, write: Write): void => {
    const before = written.get(subject) ?? NOTHING;
    const now = new Map<string, Labels>();
    const values: { labels: Labels; value: number }[] = [];
    write((name, more, value) => {
      const made = { __name__: name, ...more };
      const key = labelsKey(made);
      const labels = before.get(key) ?? made; // those of the round before live on: new ones would be garbage that is hard to collect
      now.set(key, labels);
      values.push({ labels, value });
    });
    const gone: Labels[] = [];
    for (const [key, labels] of before) if (!now.has(key)) gone.push(labels);
    if (gone.length > 0 || now.size > before.size) written.set(subject, now);
    outbox.addSeries({ at: instant(), values, gone });
  };
  const end = (subject: string): void => {
    if (written.has(subject)) batch(subject, () => undefined);
    written.delete(subject);
  };
  return {
    writeNode: (entry, at) => {
      const node = judgedNodeOf(entry, outbox.world(), at);
      if (node === null) return;
      const last = entry.runtime.last();
      batch(`n:${node.words.id}`, (out) =>
        nodeSeries(
          {
            node,
            phi: entry.peakPhi ?? node.fused,
            silentMs: entry.runtime.silenceMs(at),
            timeToDownMs: entry.runtime.timeToDownMs(at),
            lastOutcome: last?.outcome ?? null,
            lastRttMs: last?.rttMs ?? null,
          },
          monitor,
          out,
        ),
      );
      entry.peakPhi = null;
      entry.seriesAt = at;
    },
    writeGroup: (group) => {
      const words = group.words();
      if (words === null) return;
      batch(`c:${group.plan.id}`, (out) =>
        clusterSeries({ words, ...group.numbers(), strongest: null }, group.leaderChanges(), out),
      );
    },
    endNode: (id) => end(`n:${id}`),
    endGroup: (id) => end(`c:${id}`),
    writeMonitor: (stallSeconds) => batch('m', (out) => monitorSeries(monitor, stallSeconds, out)),
  };
};
