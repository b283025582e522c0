import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createQueries } from '#lib/engine/data/queries.ts';
import type { Asked, QueryAnswer } from '#lib/engine/data/queries.ts';
import { createQueryRunner } from '#lib/engine/data/query-runner.ts';
import { createSamples } from '#lib/engine/data/samples.ts';
import type { Disk } from '#lib/engine/data/samples.ts';
import { createSlices } from '#lib/engine/data/slices.ts';
import { openMetricsText } from '#lib/exposition/format.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';

import { compareAnswers } from './compare.ts';
import { fill, FROM, makeDataSet, TO } from './data-set.ts';
import { differsByExtrapolation } from './extrapolation.ts';
import { QueryGenerator } from './generator.ts';
import { startPeer } from './peer.ts';
import type { PeerAnswer } from './peer.ts';
import { Random } from './random.ts';

export interface Difference {
  readonly query: string;
  readonly at: string;
  readonly what: string;
  /** Both sides' `rate` or `increase` are right by the rule of their version. */
  readonly byExtrapolation: boolean;
}

export interface Outcome {
  readonly peer: string;
  readonly series: number;
  readonly samples: number;
  readonly compared: number;
  /** Every bit the same. */
  readonly equal: number;
  /** Every value within 1e-9. */
  readonly close: number;
  /** Both refuse in the same words. */
  readonly refused: number;
  /** Of the equal ones: answers without any element. */
  readonly empty: number;
  readonly differences: readonly Difference[];
}

const OFF_GRID_MS = 3;
const TIMEOUT_MS = 60_000;
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const envelope = (answer: QueryAnswer): PeerAnswer =>
  answer.ok
    ? { status: 'success', data: JSON.parse(new TextDecoder().decode(answer.json)) }
    : {
        status: 'error',
        errorType: answer.kind,
        error: answer.kind === 'bad_data' ? `invalid parameter "query": ${answer.message}` : answer.message,
      };

/** The instant at which two answers first differ. */
const instantOf = (what: string): string | undefined => / @(\d+(?:\.\d+)?) /.exec(what)?.[1];

/**
 * Fills our store, hands all it holds to an installed Prometheus as OpenMetrics, and asks both the same random queries at
 * instants off the samples' grid. Half of them over a range.
 */
export const runDifferential = async (seed: number, count: number): Promise<Outcome> => {
  const random = new Random(seed);
  const folder = mkdtempSync(path.join(tmpdir(), 'promql-'));
  const writer = openSampleWriter(folder);
  const disk: Disk = {
    journal: async (series, record) => writer.journal(series, record),
    seal: async (block, seq) => writer.seal(block, seq),
  };
  const filled = createSamples(() => FROM);
  filled.open(folder);
  await fill(makeDataSet(random), filled, disk);
  filled.close();
  const samples = createSamples(() => FROM); // what a start reads: blocks and the journal
  samples.open(folder);
  const everything = samples.selection.select(
    [{ name: '__name__', op: '=~', value: '.+' }],
    FROM,
    2 * TO,
    null,
  );
  const all = [...everything].flatMap((series) =>
    series === null ? [] : [{ labels: series.labels, samples: [...series.samples] }],
  );
  const clock = { wall: () => Date.now(), mono: () => performance.now() };
  const slices = createSlices(clock);
  const queries = createQueries({
    selection: samples.selection,
    slices,
    runner: createQueryRunner(clock, slices),
    assertReady: () => undefined,
    clock,
    externalLabels: () => ({}),
    metadata: () => [],
  });
  const peer = await startPeer(folder, openMetricsText(all));
  const forever = new AbortController().signal;
  const ask = async (asked: Asked): Promise<PeerAnswer> =>
    envelope(await queries.query(asked, { limit: 0, stats: 'totals' }, forever));
  const askOurs = (text: string, at: string): Promise<PeerAnswer> =>
    ask({ text, at: Math.round(Number(at) * 1000), lookbackMs: null, timeoutMs: TIMEOUT_MS });
  const askTheirs = (query: string, time: string): Promise<PeerAnswer> =>
    peer.ask('query', { query, time, stats: 'all' });
  const tally = { equal: 0, close: 0, refused: 0, empty: 0 };
  const differences: Difference[] = [];
  try {
    for (let i = 0; i < count; i += 1) {
      const from = FROM + Math.floor(random.below(TO - FROM) / 10) * 10 + OFF_GRID_MS;
      const pin = seconds(FROM + Math.floor(random.below(TO - FROM) / 10) * 10 + OFF_GRID_MS);
      const text = new QueryGenerator(random, pin).query();
      const settings = { text, lookbackMs: null, timeoutMs: TIMEOUT_MS };
      const isRange = random.chance(0.5);
      const stepMs = random.pick([15_000, 37_000, 60_000, 130_250]);
      const to = from + stepMs * random.below(30);
      const parameters = isRange
        ? { query: text, stats: 'all', start: seconds(from), end: seconds(to), step: seconds(stepMs) }
        : { query: text, stats: 'all', time: seconds(from) };
      const theirs = await peer.ask(isRange ? 'query_range' : 'query', parameters);
      const ours = isRange
        ? await ask({ ...settings, from, to, stepMs })
        : await askOurs(text, seconds(from));
      const verdict = compareAnswers(ours, theirs);
      if (verdict.kind === 'different')
        differences.push({
          query: text,
          at: JSON.stringify(parameters),
          what: verdict.what,
          byExtrapolation:
            ours.status === 'success' &&
            (await differsByExtrapolation(
              text,
              instantOf(verdict.what) ?? seconds(from),
              askOurs,
              askTheirs,
            )),
        });
      else if (verdict.kind === 'both-refuse') tally.refused += 1;
      else tally[verdict.kind] += 1;
      if (theirs.status === 'success' && JSON.stringify(theirs.data.result) === '[]') tally.empty += 1;
    }
  } finally {
    await peer.stop();
    samples.close();
    writer.close();
    rmSync(folder, { recursive: true });
  }
  return {
    peer: peer.version,
    series: all.length,
    samples: all.reduce((sum, one) => sum + one.samples.length, 0),
    compared: count,
    ...tally,
    differences,
  };
};
