import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { createCrashEvidence } from './crash-evidence.ts';
import { createMonitorHealth } from './monitor-health.ts';
import { createVerdict } from './verdict.ts';
import type { Look } from './verdict.ts';

const options = { etaMs: 1000, suspectAt: 3, downAt: 6.4, maxSilenceMs: 8000, tolerateMs: 0 };
const look = (at: number, silenceMs: number | null, phi: number, more: Partial<Look> = {}): Look => ({
  at,
  silenceMs,
  phi,
  withheld: false,
  hold: false,
  ...more,
});

void describe('verdict', () => {
  void test('unknown until heard, whatever the silence', () => {
    const verdict = createVerdict(options);
    assert.equal(verdict.look(look(0, null, 0)).state, 'unknown');
    assert.equal(verdict.look(look(99_999, 99_999, 50)).state, 'unknown');
    verdict.heard(100_000, false);
    assert.equal(verdict.look(look(100_000, 0, 0)).state, 'up');
  });

  void test('a stopped node: suspect, down by the longest silence, recovering, up with the same incarnation', () => {
    const verdict = createVerdict(options);
    verdict.heard(0, false);
    assert.equal(verdict.look(look(2000, 2000, 2)).state, 'up');
    assert.equal(verdict.look(look(3000, 3000, 3.2)).state, 'suspect');
    assert.equal(verdict.look(look(7999, 7999, 5)).state, 'suspect');
    const down = verdict.look(look(8000, 8000, 5));
    assert.equal(down.state, 'down');
    assert.equal(down.certainty.kind, 'inferred');
    verdict.heard(20_000, false);
    assert.equal(verdict.look(look(20_000, 0, 0)).state, 'recovering');
    verdict.heard(21_000, false);
    verdict.heard(22_000, false);
    const up = verdict.look(look(22_000, 0, 0));
    assert.equal(up.state, 'up');
    assert.deepEqual(up.flags, []);
  });

  void test('a crash is certain at once; a new incarnation is up at once and says so', () => {
    const verdict = createVerdict(options);
    verdict.heard(0, false);
    verdict.crashed(100);
    assert.deepEqual(verdict.look(look(100, 100, 0)), {
      state: 'down',
      flags: [],
      certainty: { kind: 'certain', confidence: 1 },
    });
    verdict.heard(5000, true);
    assert.deepEqual(verdict.look(look(5000, 0, 0)).flags, ['restarted']);
    assert.equal(verdict.look(look(5000, 0, 0)).state, 'up');
  });

  void test('a node that its peers hear is suspect with the flag withheld, never down by silence', () => {
    const verdict = createVerdict(options);
    verdict.heard(0, false);
    const decision = verdict.look(look(60_000, 60_000, 20, { withheld: true }));
    assert.equal(decision.state, 'suspect');
    assert.deepEqual(decision.flags, ['withheld']);
    assert.equal(verdict.look(look(60_100, 60_100, 20)).state, 'down', 'once the peers miss it too');
  });

  void test('our own trouble makes nobody suspect or down', () => {
    const verdict = createVerdict(options);
    verdict.heard(0, false);
    assert.equal(verdict.look(look(10_000, 10_000, 20, { hold: true })).state, 'up');
  });

  void test('what was down before our restart stays down until heard', () => {
    const verdict = createVerdict(options, 'down');
    assert.equal(verdict.look(look(0, null, 0)).state, 'down');
    verdict.heard(10, false);
    assert.equal(verdict.look(look(10, 0, 0)).state, 'recovering');
  });

  void test('the third silence in ten minutes is flapping and no longer down; restarts are no flaps', () => {
    for (const restarted of [false, true]) {
      const verdict = createVerdict(options);
      verdict.heard(0, false);
      for (let cycle = 0; cycle < 3; cycle += 1) {
        verdict.look(look(cycle * 20_000 + 9000, 9000, 9));
        for (const after of [10_000, 11_000, 12_000]) verdict.heard(cycle * 20_000 + after, restarted);
      }
      const decision = verdict.look(look(80_000, 9000, 9));
      assert.equal(decision.state, restarted ? 'down' : 'suspect');
      assert.equal(decision.flags.includes('flapping'), !restarted);
    }
  });

  void test('the earlier of the two limits is named', () => {
    const verdict = createVerdict(options);
    assert.deepEqual(verdict.downAfter(5000), { silenceMs: 5000, by: 'phi' });
    assert.deepEqual(verdict.downAfter(12_000), { silenceMs: 8000, by: 'max-silence' });
    assert.deepEqual(verdict.downAfter(100), { silenceMs: 2000, by: 'phi' }, 'never before two periods');
  });

  void test('any history: down by silence only past two periods, and up only after being heard', () => {
    const step = fc.record({
      heard: fc.boolean(),
      restarted: fc.boolean(),
      silence: fc.nat(20_000),
      phi: fc.double({ min: 0, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const verdict = createVerdict(options);
        let at = 0;
        let everHeard = false;
        for (const each of steps) {
          at += 500;
          if (each.heard) verdict.heard(at, each.restarted);
          everHeard ||= each.heard;
          const before = verdict.look(look(at, null, 0)).state;
          const { state } = verdict.look(look(at, everHeard ? each.silence : null, each.phi));
          if (!everHeard) assert.equal(state, 'unknown');
          if (state === 'down' && before !== 'down') assert.ok(each.silence >= 2000);
        }
      }),
    );
  });
});

void describe('crash evidence', () => {
  void test('a reset and then a refusal is proof at once', () => {
    const evidence = createCrashEvidence();
    evidence.reset();
    assert.equal(evidence.outcome(0, 'refused', false), true);
  });
  void test('two refusals need a neighbour and 200 ms between them', () => {
    const evidence = createCrashEvidence();
    assert.equal(evidence.outcome(0, 'refused', true), false);
    assert.equal(evidence.outcome(100, 'refused', true), false);
    assert.equal(evidence.outcome(250, 'refused', false), false);
    assert.equal(evidence.outcome(300, 'refused', true), true);
  });
  void test('a timeout in between forgets both: a stopped process refuses nobody', () => {
    const evidence = createCrashEvidence();
    evidence.reset();
    assert.equal(evidence.outcome(0, 'timeout', true), false);
    assert.equal(evidence.outcome(500, 'refused', true), false);
  });
});

void describe('monitor health', () => {
  void test('a late tick is a stall; when no other thread ran either, the process slept', () => {
    const health = createMonitorHealth(50, 10);
    health.tick({ mono: 0, wall: 0, othersAdvanced: 5 });
    assert.equal(health.tick({ mono: 60, wall: 60, othersAdvanced: 5 }).stall, null);
    assert.deepEqual(health.tick({ mono: 3110, wall: 3110, othersAdvanced: 290 }).stall, {
      from: 110,
      to: 3110,
      kind: 'stall',
    });
    assert.equal(health.tick({ mono: 13_160, wall: 13_160, othersAdvanced: 3 }).stall?.kind, 'suspended');
    assert.equal(health.multiplier(), 2);
    assert.equal(health.stallSeconds(), 13);
    assert.ok(health.holdUntil() >= 15_160);
  });
  void test('a step of the wall clock is told and blamed on nobody', () => {
    const health = createMonitorHealth(50, 10);
    health.tick({ mono: 0, wall: 0, othersAdvanced: 5 });
    assert.equal(health.tick({ mono: 50, wall: 3_600_050, othersAdvanced: 5 }).clockJumpMs, 3_600_000);
    assert.equal(health.multiplier(), 0);
  });
  void test('it gets well, one step in ten clean seconds', () => {
    const health = createMonitorHealth(50, 10);
    health.tick({ mono: 0, wall: 0, othersAdvanced: 5 });
    health.tick({ mono: 500, wall: 500, othersAdvanced: 45 });
    assert.equal(health.multiplier(), 1);
    for (let mono = 550; mono <= 10_600; mono += 50) health.tick({ mono, wall: mono, othersAdvanced: 5 });
    assert.equal(health.multiplier(), 0);
  });
});
