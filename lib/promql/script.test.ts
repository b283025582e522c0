import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import type { Labels } from '#lib/model/labels.ts';
import type { Sample, SeriesPoints } from '#lib/model/sample.ts';
import { parseDuration, type Ms } from '#lib/model/time.ts';

import { arraySamples } from './contract.ts';
import { formatValue } from './format-value.ts';
import { printLabels } from './label-set.ts';
import { evalInstant, evalRange, parsePromql, PromqlError, PromqlEvalError } from './promql.ts';
import type { QueryResult } from './value.ts';

/*
 * Scripts in testdata/*.test:
 *   load 15s                     series and their values, `_` no sample, `stale` a stale marker, `1+2x3` is 1 3 5 7, `1x3` is 1 1 1 1
 *     up{job="a"} 1 _ stale 0x5
 *   eval 5m <query>              what it answers: one line per series, a number alone for scalars, `ordered` first where the order counts
 *   range 1m 5m 30s <query>      the same from … to … step …, `_` where there is no value
 *   fail 5m <query>              the error's text
 *   Lines `warn:` and `info:` give the annotations.
 */

const msOf = (text: string): Ms => {
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`no duration: ${text}`);
  return ms;
};

const numberOf = (text: string): number =>
  /inf$/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);

const labelsOf = (text: string): Labels => {
  const [, name = '', inner = ''] = /^([^{]*)(?:\{(.*)\})?$/.exec(text) ?? [];
  const pairs = [...inner.matchAll(/([^=,\s]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);
  return Object.fromEntries([...(name === '' ? [] : [['__name__', name]]), ...pairs]);
};

const expand = (word: string): (number | null | 'stale')[] => {
  if (word === '_') return [null];
  if (word === 'stale') return ['stale'];
  const run = /^(_|-?[\d.e]+)(?:([+-][\d.]+))?x(\d+)$/.exec(word);
  if (run === null) return [numberOf(word)];
  const [, first = '', step = '0', count = '0'] = run;
  return Array.from({ length: Number(count) + 1 }, (_, i) =>
    first === '_' ? null : Number(first) + i * Number(step),
  );
};

/** The series' text up to its closing brace, and the words after it. */
const parts = (line: string): readonly [string, string[]] => {
  const end = /^[^{\s]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?/.exec(line)?.[0].length ?? 0;
  return [
    line.slice(0, end),
    line
      .slice(end)
      .trim()
      .split(/\s+/)
      .filter((word) => word !== ''),
  ];
};

const seriesOf = (line: string, stepMs: Ms): SeriesPoints => {
  const [name, words] = parts(line);
  const samples = words
    .flatMap(expand)
    .flatMap((value, i): Sample[] =>
      value === null
        ? []
        : [{ at: i * stepMs, value: value === 'stale' ? Number.NaN : value, stale: value === 'stale' }],
    );
  return { labels: labelsOf(name), samples };
};

/** As the scripts write it, to twelve digits. */
const shown = (value: number): string =>
  formatValue(Number.isFinite(value) ? Number(value.toPrecision(12)) || value : value);

const answerLines = (result: QueryResult, instants: readonly Ms[]): string[] => {
  const { value } = result;
  const notes = [
    ...result.warnings.map((text) => `warn: ${text}`),
    ...result.infos.map((text) => `info: ${text}`),
  ];
  if (value.type === 'scalar') return [shown(value.value), ...notes];
  if (value.type === 'string') return [value.value, ...notes];
  const lines =
    value.type === 'vector'
      ? value.samples.map(({ labels, value: one }) => `${printLabels(labels)} ${shown(one)}`)
      : value.series.map(({ labels, points }) => {
          const at = new Map(Array.from(points, (point) => [point.at, shown(point.value)]));
          const columns =
            instants.length > 0
              ? instants.map((one) => at.get(one) ?? '_')
              : [...at.entries()].map(([t, v]) => `${v}@${t / 1000}`);
          return [printLabels(labels), ...columns].join(' ');
        });
  return [...lines, ...notes];
};

const expectedLine = (line: string): string => {
  if (/^(?:warn|info): /.test(line)) return line;
  const [series, words] = parts(line);
  return words.length === 0 ? line : [printLabels(labelsOf(series)), ...words].join(' ');
};

const compare = (got: string[], lines: readonly string[], where: string): void => {
  const ordered = lines[0] === 'ordered';
  const expected = lines.slice(ordered ? 1 : 0).map(expectedLine);
  assert.deepEqual(ordered ? got : got.toSorted(), ordered ? expected : expected.toSorted(), where);
};

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof PromqlError) return error.text;
    if (error instanceof PromqlEvalError) return error.message;
    throw error;
  }
  return 'no error';
};

const folder = new URL('testdata/', import.meta.url);
for (const file of readdirSync(folder)) {
  test(`script ${file}`, () => {
    const blocks = readFileSync(new URL(file, folder), 'utf8')
      .split('\n')
      .map((text, i) => ({ text, line: i + 1 }))
      .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'));
    let series: SeriesPoints[] = [];
    for (let i = 0; i < blocks.length;) {
      const { text, line } = blocks[i] ?? { text: '', line: 0 };
      const body: string[] = [];
      for (i += 1; blocks[i]?.text.startsWith('  '); i += 1) body.push(blocks[i]?.text.trim() ?? '');
      const [command, first = '', ...rest] = text.split(' ');
      const where = `${file}:${line}`;
      const query = rest.join(' ');
      if (command === 'load') series = body.map((one) => seriesOf(one, msOf(first)));
      else if (command === 'fail')
        assert.equal(
          messageOf(() => evalInstant(parsePromql(query), arraySamples(series), msOf(first))),
          body.join('\n'),
          where,
        );
      else if (command === 'eval')
        compare(
          answerLines(evalInstant(parsePromql(query), arraySamples(series), msOf(first)), []),
          body,
          where,
        );
      else if (command === 'range') {
        const [to = '', step = '', ...words] = rest;
        const [fromMs, toMs, stepMs] = [msOf(first), msOf(to), msOf(step)];
        const instants = Array.from(
          { length: Math.floor((toMs - fromMs) / stepMs) + 1 },
          (_, n) => fromMs + n * stepMs,
        );
        const result = evalRange(parsePromql(words.join(' ')), arraySamples(series), fromMs, toMs, stepMs);
        compare(answerLines(result, instants), body, where);
      } else assert.fail(`${where}: no command ${command}`);
    }
  });
}
