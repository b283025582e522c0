import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Labels } from '#lib/model/labels.ts';
import { labelsKey } from '#lib/model/labels.ts';

import { chooseParser } from './negotiate.ts';
import { parseNumber } from './number.ts';
import { createTextCache } from './text.ts';

const NO_LIMITS = { samples: 0, labels: 0, labelNameBytes: 0, labelValueBytes: 0 };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const number = (text: string): number | null => parseNumber(bytes(text), 0, bytes(text).length);

/** A target whose current values are kept as a store would. */
const createTarget = (limits = NO_LIMITS) => {
  const refs = new Map<string, number>();
  const now = new Map<string, number>();
  const keyOf = (ref: number): string => [...refs].find(([, known]) => known === ref)?.[0] ?? '';
  const cache = createTextCache(
    {
      add: (labels: Labels) => {
        const key = labelsKey(labels);
        const ref = refs.get(key) ?? refs.size;
        refs.set(key, ref);
        return ref;
      },
    },
    limits,
  );
  const scrape = (body: string | Uint8Array) => {
    const answer = cache.scrape(typeof body === 'string' ? bytes(body) : body);
    if (!answer.ok) return answer;
    for (const ref of answer.gone) now.delete(keyOf(ref));
    answer.changed.refs.forEach((ref, i) => now.set(keyOf(ref), answer.changed.values[i] ?? 0));
    return answer;
  };
  return { scrape, now };
};

/** Everything a body says, by a reader that knows no shortcut. */
const naive = (body: string): Map<string, number> => {
  const values = new Map<string, number>();
  for (const line of body.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) continue;
    const labels: Record<string, string> = { __name__: match[1] ?? '' };
    for (const [, name = '', value = ''] of (match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g))
      labels[name] = value;
    const key = labelsKey(labels);
    if (!values.has(key)) values.set(key, Number(match[3]));
  }
  return values;
};

test('a number is the double that Number gives, for every decimal spelling', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      for (const text of [
        String(value),
        value.toExponential(16),
        value.toPrecision(15),
        value.toPrecision(5),
      ])
        assert.ok(Object.is(number(text), Number(text)), text);
    }),
    { numRuns: 3000 },
  );
});

test('a number accepts what Go accepts and nothing else', () => {
  for (const [text, value] of [
    ['+Inf', Infinity],
    ['-inf', -Infinity],
    ['Infinity', Infinity],
    ['nAn', NaN],
    ['-0', -0],
    ['+5', 5],
    ['.5', 0.5],
    ['5.', 5],
    ['0x1p-2', 0.25],
    ['0x1.8p1', 3],
    ['-0x.8p0', -0.5],
    ['0x0.0000000000001p-1022', 5e-324],
    ['1e400', Infinity],
    ['9007199254740993', 9007199254740992],
    ['0.1e1', 1],
    ['000000000000000000012', 12],
  ] as const)
    assert.ok(Object.is(number(text), value), `${text} → ${number(text)}`);
  for (const text of [
    '',
    '1_000',
    '1e',
    '1e+',
    '--1',
    '0x1',
    '0x',
    'one',
    '1x',
    '1.2.3',
    '.',
    '+',
    'e5',
    '1e1e1',
  ])
    assert.equal(number(text), null, text);
});

test('labels, escapes, comments, blank lines, carriage returns and a missing last newline are read', () => {
  const { scrape, now } = createTarget();
  const answer = scrape(
    '# HELP a what\n# TYPE a counter\na{x="1",y="a\\"b\\\\c\\nd"} 1\n\n  b\t2\r\n# plain comment\nc {z="{}",} 3\nd 4 1500000000000\ne 5',
  );
  assert.ok(answer.ok, JSON.stringify(answer));
  assert.equal(answer.scraped, 5);
  assert.deepEqual(answer.stamped, [{ ref: answer.stamped[0]?.ref, atMs: 1500000000000, value: 4 }]);
  assert.deepEqual(
    now,
    new Map([
      [labelsKey({ __name__: 'a', x: '1', y: 'a"b\\c\nd' }), 1],
      [labelsKey({ __name__: 'b' }), 2],
      [labelsKey({ __name__: 'c', z: '{}' }), 3],
      [labelsKey({ __name__: 'e' }), 5],
    ]),
  );
});

test('only what changed is told, and series that are gone are named', () => {
  const { scrape } = createTarget();
  scrape('a 1\nb 2\nc 3\n');
  const second = scrape('a 1\nb 25\nc 3\n');
  assert.ok(second.ok);
  assert.deepEqual(second.changed.values, [25]);
  const third = scrape('a 1\nc 3\n');
  assert.ok(third.ok);
  assert.equal(third.gone.length, 1);
  assert.deepEqual(third.changed.refs, []);
  const back = scrape('a 1\nb 25\nc 3\n');
  assert.ok(back.ok);
  assert.deepEqual(back.changed.values, [25]);
});

test('a refused body changes nothing, and says line, column and what', () => {
  const { scrape, now } = createTarget();
  scrape('a 1\nb 2\n');
  const bad = scrape('a 7\nb 8\nc 1\nd 1\ne 1\nf 1\ng{x="1} oops\n');
  assert.ok(!bad.ok);
  assert.equal(bad.issue.line, 7);
  assert.match(bad.issue.what, /not closed/);
  assert.deepEqual([...now.values()], [1, 2]);
  const good = scrape('a 1\nb 3\n');
  assert.ok(good.ok);
  assert.deepEqual(good.changed.values, [3]);
});

test('each limit refuses the scrape with the number and the line', () => {
  for (const [limits, body, what] of [
    [{ ...NO_LIMITS, samples: 2 }, 'a 1\nb 1\nc 1\n', /sample_limit 2/],
    [{ ...NO_LIMITS, labels: 1 }, 'a{x="1",y="2"} 1\n', /label_limit 1/],
    [{ ...NO_LIMITS, labelNameBytes: 2 }, 'a{xyz="1"} 1\n', /label_name_length_limit 2/],
    [{ ...NO_LIMITS, labelValueBytes: 2 }, 'a{x="123"} 1\n', /label_value_length_limit 2/],
  ] as const) {
    const answer = createTarget(limits).scrape(body);
    assert.ok(!answer.ok);
    assert.match(answer.issue.what, what);
  }
});

test('the first of two lines of one series wins, in whatever order its labels stand', () => {
  const { scrape, now } = createTarget();
  scrape('a{x="1",y="2"} 1\na{y="2",x="1"} 2\n');
  assert.deepEqual([...now.values()], [1]);
  scrape('a{x="1",y="2"} 1\na{y="2",x="1"} 3\n');
  assert.deepEqual([...now.values()], [1]);
});

const line = fc
  .tuple(
    fc.constantFrom('a', 'ab', 'http_requests_total', 'b'),
    fc.constantFrom('', '{x="1"}', '{x="12"}', '{y="}"}'),
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  )
  .map(([name, labels, value]) => `${name}${labels} ${value}`);
const body = fc
  .array(fc.oneof(line, fc.constantFrom('# HELP a text', '# TYPE b gauge', '')), { maxLength: 12 })
  .chain((lines) => fc.constantFrom('', '\n').map((end) => lines.join('\n') + end));

test('any sequence of bodies leaves what the last one says', () => {
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 6 }), (bodies) => {
      const { scrape, now } = createTarget();
      for (const each of bodies) {
        assert.ok(scrape(each).ok, each);
        const expected = naive(each);
        assert.deepEqual(new Map([...now].sort()), new Map([...expected].sort()));
      }
    }),
    { numRuns: 2000 },
  );
});

test('no bytes make the reader throw or loop, and a good body after them is read', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(body, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const mutated = Buffer.from(text);
      if (mutated.length > 0) mutated[at % mutated.length] = byte;
      return mutated;
    }),
    fc
      .tuple(body, fc.nat())
      .map(([text, at]) => Buffer.from(text).subarray(0, text.length === 0 ? 0 : at % text.length)),
  );
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 4 }), (bodies) => {
      const { scrape, now } = createTarget();
      for (const each of bodies) scrape(each);
      assert.ok(scrape('fine 1\n').ok);
      assert.deepEqual([...now.keys()], [labelsKey({ __name__: 'fine' })]);
    }),
    { numRuns: 2000 },
  );
});

test('a body of an unknown type is refused with what to do, unless the job names a fallback', () => {
  assert.ok(chooseParser('text/plain; version=0.0.4; charset=utf-8', null).ok);
  const html = chooseParser('text/html', null);
  assert.ok(!html.ok && /text\/html/.test(html.what) && /metrics_path/.test(html.what));
  assert.ok(!chooseParser(null, null).ok);
  assert.ok(chooseParser(null, 'PrometheusText0.0.4').ok);
});
