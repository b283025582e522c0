import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { loadConfig } from '#lib/engine/config/load.ts';
import { createPulses, THREADS } from '#lib/engine/pulse.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ProbeAnswer, Prober, ProbeTarget } from '#lib/sources/probe.ts';

import { createWatch } from './watch.ts';

type Said = { readonly outcome: 'reset' | 'refused' } | { readonly outcome: 'ok'; readonly body: object };

/** The real watch; only its clock and its network are replaced. */
const play = (text: string, answer: (url: URL) => Said) => {
  const loaded = loadConfig(text, 'q.yml');
  assert.ok(loaded.ok);
  let now = 0;
  let asked = 0;
  let landing: (() => void)[] = [];
  const clock = { wall: () => Date.UTC(2026, 0, 1) + now, mono: () => now };
  const proberOf = (target: ProbeTarget): Prober => ({
    probe: (_fresh, done) => {
      assert.ok(target.kind === 'http');
      asked += 1;
      const sentAt = clock.wall();
      const said = answer(new URL(target.url));
      const isOk = said.outcome === 'ok';
      landing.push(() => {
        const common = { sentAt, at: clock.wall(), monoAt: now, rttMs: 10, outcome: said.outcome };
        const landed: ProbeAnswer = isOk
          ? { ...common, error: null, body: Buffer.from(JSON.stringify(said.body)), status: 200 }
          : { ...common, error: said.outcome, body: null, status: null };
        done(landed);
      });
      return { expire: () => undefined };
    },
    close: () => undefined,
  });
  const pulses = createPulses();
  const counters = new Int32Array(pulses);
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const stopping = new AbortController();
  const options = { monitor: 'm', boot: 'b', config: loaded.config, found: [], pulses };
  const watch = createWatch(options, clock, () => 0.37, proberOf);
  void watch.run(stopping.signal);
  return {
    watch,
    asked: () => asked,
    run: (ms: Ms): void => {
      for (const end = now + ms; now < end; now += 10) {
        THREADS.forEach((_name, i) => (counters[i] = (counters[i] ?? 0) + 1));
        const landed = landing;
        landing = [];
        for (const land of landed) land();
        mock.timers.tick(10);
      }
    },
    end: (): void => {
      stopping.abort();
      mock.timers.reset();
    },
  };
};

test('what resets every connection is asked at its own pace, not at every turn', () => {
  const config = 'clusters:\n  - name: kv\n    system: raft\n    members: [{ address: "10.0.0.1:1" }]\n';
  const { asked, run, end } = play(config, () => ({ outcome: 'reset' }));
  try {
    run(30_000);
    const before = asked();
    run(10_000);
    assert.ok(asked() - before < 100, `${asked() - before} probes in ten seconds`);
  } finally {
    end();
  }
});

test('when a member ends, the others are asked at once whether it still belongs to them', () => {
  const members = [1, 2, 3].map((i) => `{ node: n${i}, address: "10.0.0.${i}:1" }`).join(', ');
  const config = `clusters:\n  - name: kv\n    system: etcd\n    members: [${members}]\n`;
  let isGone = false;
  const lists: string[] = [];
  const { watch, run, end } = play(config, (url) => {
    const id = url.hostname.slice(-1);
    if (id === '3' && isGone) return { outcome: 'refused' };
    if (url.pathname.endsWith('/member/list')) lists.push(id);
    const header = { member_id: id };
    return { outcome: 'ok', body: { header, leader: '1', raftTerm: '2', raftIndex: '9' } };
  });
  const isDown = (): boolean =>
    watch.reads.changesSince(0).nodes.some(({ words }) => words.id === 'n3' && words.state === 'down');
  try {
    run(20_000);
    isGone = true;
    while (!isDown()) {
      lists.length = 0;
      run(10);
    }
    assert.deepEqual(lists.toSorted(), ['1', '2']);
  } finally {
    end();
  }
});
