import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  durationParameter,
  limitOf,
  lookbackOf,
  optionalTime,
  parametersOf,
  timeParameter,
} from './params.ts';

const of = (text: string): URLSearchParams =>
  new URLSearchParams({ p: text, limit: text, lookback_delta: text });
const message = (work: () => unknown): string => {
  try {
    work();
  } catch (cause) {
    return cause instanceof Error ? cause.message : '';
  }
  return 'accepted';
};

test('instants are seconds with milliseconds, RFC 3339, or the ends of time', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['1435781430.781', 1435781430781],
    ['1.0004', 1000],
    ['-1.5', -1500],
    ['1e3', 1_000_000],
    ['2015-07-01T20:10:30.781Z', 1435781430781],
    ['2015-07-01T22:10:30+02:00', 1435781430000],
    ['2015-07-01T20:10:30.781999999Z', 1435781430781],
    ['-292273086-05-16T16:47:06Z', Number.MIN_SAFE_INTEGER],
    ['292277025-08-18T07:12:54.999999999Z', Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, at] of cases) assert.equal(timeParameter(of(text), 'p'), at, text);
  for (const text of ['', 'x', '2015-07-01', '2015-13-01T00:00:00Z', '1_0', ' 1', '0x', 'NaN'])
    assert.equal(
      message(() => timeParameter(of(text), 'p')),
      `invalid parameter "p": cannot parse "${text}" to a valid timestamp`,
    );
  assert.equal(optionalTime(of(''), 'p', 7), 7);
  assert.equal(
    message(() => optionalTime(of('x'), 'p', 7)),
    `invalid parameter "p": Invalid time value for 'p': cannot parse "x" to a valid timestamp`,
  );
});

test('spans are durations or seconds; limits are whole numbers', () => {
  assert.equal(durationParameter(of('1m30s'), 'p'), 90_000);
  assert.equal(durationParameter(of('0.25'), 'p'), 250);
  assert.equal(
    message(() => durationParameter(of('1e12'), 'p')),
    'invalid parameter "p": cannot parse "1e12" to a valid duration. It overflows int64',
  );
  assert.equal(
    message(() => lookbackOf(of('5x'))),
    'error parsing lookback delta duration: cannot parse "5x" to a valid duration',
  );
  assert.deepEqual([limitOf(of('')), limitOf(of('0')), limitOf(of('12'))], [0, 0, 12]);
  assert.equal(
    message(() => limitOf(of('-1'))),
    'invalid parameter "limit": limit must be non-negative',
  );
  assert.equal(
    message(() => limitOf(of('99999999999999999999'))),
    'invalid parameter "limit": strconv.Atoi: parsing "99999999999999999999": value out of range',
  );
});

test('a form comes before the address; another kind of body is not read', async () => {
  const ask = async (type: string): Promise<string[]> =>
    (
      await parametersOf(
        new Request('http://h/x?a=1&b=2', {
          method: 'POST',
          headers: { 'content-type': type },
          body: 'a=3&a=4',
        }),
      )
    ).getAll('a');
  assert.deepEqual(await ask('application/x-www-form-urlencoded; charset=utf-8'), ['3', '4', '1']);
  assert.deepEqual(await ask('text/plain'), ['1']);
});
