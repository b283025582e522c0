import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Effects, Json, Machine } from '#demo/machine.ts';

import { createRaft } from './raft.ts';

const IDS = ['kv-1', 'kv-2', 'kv-3', 'kv-4', 'kv-5'] as const;
const ELECTION_MS = { min: 200, max: 400 };
const STEP_MS = 10;

const randomFrom = (seed: number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

interface Member {
  machine: Machine;
  journal: Json[];
  life: 'up' | 'frozen' | 'down';
}

/** Five members on a network that delays, loses, doubles and reorders, with an oracle that remembers every leader and every commit. */
class World {
  now = 0;
  loss = 0;
  maxDelayMs = 30;
  readonly cuts = new Set<string>();
  readonly members = new Map<string, Member>();
  readonly leaderOfTerm = new Map<Json, string>();
  readonly committed = new Map<number, string>();
  readonly answers: Effects['answers'][number][] = [];
  readonly #random: () => number;
  readonly #snapshotEvery: number;
  #flying: { at: number; from: string; to: string; body: Json }[] = [];
  #requests = 0;

  constructor(seed: number, snapshotEvery = 5000) {
    this.#random = randomFrom(seed);
    this.#snapshotEvery = snapshotEvery;
    for (const id of IDS) this.members.set(id, { machine: this.#boot(id, []), journal: [], life: 'up' });
  }

  member(id: string): Member {
    const member = this.members.get(id);
    assert.ok(member);
    return member;
  }
  status(id: string) {
    return this.member(id).machine.status(this.now);
  }
  leader(): string | null {
    return IDS.find((id) => this.member(id).life === 'up' && this.status(id).state === 'leader') ?? null;
  }
  restart(id: string): void {
    const member = this.member(id);
    if (member.life !== 'down') return;
    member.machine = this.#boot(id, member.journal);
    member.life = 'up';
  }
  propose(id: string, value: string): string {
    const request = `r${(this.#requests += 1)}`;
    if (this.member(id).life === 'up')
      this.#apply(
        id,
        this.member(id).machine.propose(request, { key: `k${this.#requests % 5}`, value }, this.now),
      );
    return request;
  }
  run(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += STEP_MS;
      const due = this.#flying.filter((message) => message.at <= this.now).toSorted((a, b) => a.at - b.at);
      this.#flying = this.#flying.filter((message) => message.at > this.now);
      for (const { from, to, body } of due) {
        const { life, machine } = this.member(to);
        if (life === 'frozen') this.#flying.push({ at: this.now + 50, from, to, body });
        else if (life === 'up' && !this.cuts.has(`${from}>${to}`))
          this.#apply(to, machine.receive(from, body, this.now));
      }
      for (const [id, member] of this.members)
        if (member.life === 'up') this.#apply(id, member.machine.tick(this.now));
    }
  }
  runUntil(done: () => boolean, limitMs: number): boolean {
    for (const end = this.now + limitMs; this.now < end && !done();) this.run(STEP_MS);
    return done();
  }
  heal(): void {
    this.cuts.clear();
    this.loss = 0;
    this.maxDelayMs = 30;
    for (const id of IDS) {
      if (this.member(id).life === 'frozen') this.member(id).life = 'up';
      this.restart(id);
    }
  }

  #boot(id: string, journal: readonly Json[]): Machine {
    const machine = createRaft({
      id,
      peers: IDS,
      random: this.#random,
      heartbeatMs: 50,
      electionMs: ELECTION_MS,
      snapshotEvery: this.#snapshotEvery,
      // State machine safety, which log matching and leader completeness give: one index, one entry, for everybody and for ever.
      onCommit: (index, entry) => {
        const text = JSON.stringify(entry);
        assert.equal(
          this.committed.get(index) ?? text,
          text,
          `entry ${index} was committed twice, ${id} differs`,
        );
        this.committed.set(index, text);
      },
    });
    machine.restore(journal, this.now);
    return machine;
  }

  #apply(id: string, effects: Effects): void {
    const member = this.member(id);
    member.journal.push(...(JSON.parse(JSON.stringify(effects.records)) as Json[]));
    this.answers.push(...effects.answers);
    for (const event of effects.events) {
      if (event.kind !== 'became-leader') continue;
      const { term = null } = event.detail;
      assert.equal(this.leaderOfTerm.get(term) ?? id, id, `term ${String(term)} had two leaders`);
      this.leaderOfTerm.set(term, id);
      const last = member.machine.status(this.now).lastIndex;
      assert.ok(
        Number(last) >= Math.max(0, ...this.committed.keys()),
        `${id} leads without every committed entry`,
      );
    }
    for (const message of effects.messages)
      for (let copies = this.#random() < this.loss ? 2 : 1; copies > 0; copies -= 1) {
        if (this.#random() < this.loss) continue;
        const body = JSON.parse(JSON.stringify(message.body)) as Json;
        this.#flying.push({
          at: this.now + this.#random() * this.maxDelayMs,
          from: id,
          to: message.to,
          body,
        });
      }
  }
}

const agreed = (world: World): boolean => {
  const statuses = IDS.map((id) => world.status(id));
  const [first] = statuses;
  return (
    first?.leader != null &&
    statuses.every(
      (status) =>
        status.leader === first.leader &&
        status.term === first.term &&
        status.commitIndex === first.commitIndex,
    )
  );
};
const commitOne = (world: World, value: string): boolean => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const leader = world.leader();
    if (leader !== null) {
      const request = world.propose(leader, value);
      if (
        world.runUntil(() => world.answers.some((answer) => answer.request === request), 1000) &&
        world.answers.some((answer) => answer.request === request && answer.ok)
      )
        return true;
    }
    world.run(200);
  }
  return false;
};

const member = fc.constantFrom<string>(...IDS);
const fault = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), node: member, peer: member, both: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom('crash' as const, 'freeze' as const, 'isolate' as const),
    node: fc.option(member),
  }),
  fc.record({
    kind: fc.constantFrom('restart' as const, 'thaw' as const, 'mend' as const),
    node: fc.option(member),
  }),
  fc.record({
    kind: fc.constant('noise' as const),
    loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
    delayMs: fc.integer({ min: 1, max: 300 }),
  }),
);
type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

const inflict = (world: World, what: Fault): void => {
  if (what.kind === 'noise') {
    world.loss = what.loss;
    world.maxDelayMs = what.delayMs;
    return;
  }
  const node = what.node ?? world.leader() ?? IDS[0];
  const target = world.member(node);
  if (what.kind === 'cut') {
    world.cuts.add(`${node}>${what.peer}`);
    if (what.both) world.cuts.add(`${what.peer}>${node}`);
  } else if (what.kind === 'isolate')
    for (const id of IDS) world.cuts.add(`${node}>${id}`).add(`${id}>${node}`);
  else if (what.kind === 'mend') world.cuts.clear();
  else if (what.kind === 'crash') target.life = 'down';
  else if (what.kind === 'restart') world.restart(node);
  else if (what.kind === 'freeze' && target.life === 'up') target.life = 'frozen';
  else if (what.kind === 'thaw' && target.life === 'frozen') target.life = 'up';
};

test('under any schedule of faults no term has two leaders and no entry is committed twice, and once healed all agree', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(3, 20, 5000),
      fc.array(
        fc.record({
          what: fault,
          forMs: fc.integer({ min: 10, max: 800 }),
          writes: fc.integer({ min: 0, max: 4 }),
        }),
        { maxLength: 25 },
      ),
      (seed, snapshotEvery, schedule) => {
        const world = new World(seed, snapshotEvery);
        world.run(600);
        schedule.forEach(({ what, forMs, writes }, step) => {
          inflict(world, what);
          for (let i = 0; i < writes; i += 1) for (const id of IDS) world.propose(id, `${step}.${i}.${id}`);
          world.run(forMs);
        });
        world.heal();
        assert.ok(commitOne(world, 'after'), 'a healed group commits');
        assert.ok(
          world.runUntil(() => agreed(world), 5000),
          'a healed group agrees',
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a member that was cut off does not depose the leader when it comes back, and no term is spent', () => {
  const world = new World(7);
  assert.ok(world.runUntil(() => agreed(world), 3000));
  const leader = world.leader();
  const { term } = world.status(leader ?? '');
  const away = IDS.find((id) => id !== leader) ?? '';
  for (const id of IDS) world.cuts.add(`${away}>${id}`).add(`${id}>${away}`);
  world.run(5000);
  world.cuts.clear();
  world.run(2000);
  assert.equal(world.leader(), leader);
  assert.equal(world.status(away).term, term);
});

test('a leader that hears no majority steps down, and the others elect another in a newer term', () => {
  const world = new World(11);
  assert.ok(world.runUntil(() => agreed(world), 3000));
  const old = world.leader() ?? '';
  const { term } = world.status(old);
  for (const id of IDS) world.cuts.add(`${old}>${id}`).add(`${id}>${old}`);
  world.run(2000);
  assert.notEqual(world.status(old).state, 'leader');
  const other = world.leader();
  assert.ok(other !== null && other !== old);
  assert.ok(Number(world.status(other).term) > Number(term));
});

test('what was committed before a crash of everybody is there after it', () => {
  const world = new World(3, 4);
  assert.ok(world.runUntil(() => agreed(world), 3000));
  for (let i = 0; i < 12; i += 1) assert.ok(commitOne(world, `v${i}`));
  const before = world.committed.size;
  for (const id of IDS) world.member(id).life = 'down';
  for (const id of IDS) world.restart(id);
  assert.ok(commitOne(world, 'again'));
  assert.ok(world.committed.size > before);
  assert.ok(world.runUntil(() => agreed(world), 3000));
  for (const id of IDS)
    assert.equal([0, 1, 2, 3, 4].map((k) => world.member(id).machine.read(`k${k}`)).includes('again'), true);
});
