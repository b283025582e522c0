import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Effects, Json, Machine } from '#demo/machine.ts';

import { createPaxos } from './paxos.ts';

const IDS = ['px-1', 'px-2', 'px-3'] as const;
const HEARTBEAT_MS = 50;
const ELECTION_MS = { min: 200, max: 400 };
const STEP_MS = 10;

const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Member {
  machine: Machine;
  journal: Json[];
  life: 'up' | 'frozen' | 'down';
  /** A crash in the middle of the next append: a prefix of the records survives and nothing is sent. */
  tearNext: boolean;
}

/** Three members on a network that delays, loses, doubles and reorders, with an oracle that remembers every decision. */
class World {
  now = 0;
  lossRate = 0;
  doubleRate = 0;
  maxDelayMs = 30;
  readonly members = new Map<string, Member>();
  readonly cuts = new Set<string>();
  readonly decided = new Map<number, string>();
  readonly proposed = new Set<string>();
  readonly answers: Effects['answers'][number][] = [];
  readonly leadersByRound = new Map<Json, string>();
  readonly #random: () => number;
  readonly #snapshotEverySlots: number;
  #flying: { at: number; from: string; to: string; body: Json }[] = [];
  #requests = 0;

  constructor(seed: number, snapshotEverySlots = 5000) {
    this.#random = randomFrom(seed);
    this.#snapshotEverySlots = snapshotEverySlots;
    for (const id of IDS)
      this.members.set(id, { machine: this.#boot(id, []), journal: [], life: 'up', tearNext: false });
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
    const member = this.member(id);
    if (member.life !== 'up') return request;
    this.proposed.add(value);
    this.#apply(id, member.machine.propose(request, { key: `k${this.#requests % 5}`, value }, this.now));
    return request;
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += STEP_MS;
      const due = this.#flying.filter((message) => message.at <= this.now).toSorted((a, b) => a.at - b.at);
      this.#flying = this.#flying.filter((message) => message.at > this.now);
      for (const message of due) this.#deliver(message);
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
    this.lossRate = 0;
    this.doubleRate = 0;
    for (const id of IDS) {
      const member = this.member(id);
      member.tearNext = false;
      if (member.life === 'frozen') member.life = 'up';
      this.restart(id);
    }
  }

  #boot(id: string, journal: readonly Json[]): Machine {
    const machine = createPaxos({
      id,
      peers: IDS.filter((peer) => peer !== id),
      random: this.#random,
      heartbeatMs: HEARTBEAT_MS,
      electionMs: ELECTION_MS,
      snapshotEverySlots: this.#snapshotEverySlots,
      onDecide: (slot, command) => {
        const text = JSON.stringify(command);
        assert.equal(this.decided.get(slot) ?? text, text, `slot ${slot} was decided twice, ${id} differs`);
        this.decided.set(slot, text);
        assert.ok(command.key === null || this.proposed.has(command.value), `nobody proposed ${text}`);
      },
    });
    machine.restore(journal, this.now);
    return machine;
  }

  #deliver({ from, to, body, at }: { from: string; to: string; body: Json; at: number }): void {
    const member = this.member(to);
    if (member.life === 'frozen') this.#flying.push({ from, to, body, at: at + STEP_MS * 5 });
    else if (member.life === 'up' && !this.cuts.has(`${from}>${to}`))
      this.#apply(to, member.machine.receive(from, body, this.now));
  }

  #apply(id: string, effects: Effects): void {
    const member = this.member(id);
    if (member.tearNext && effects.records.length > 0) {
      member.tearNext = false;
      member.life = 'down';
      member.journal.push(
        ...effects.records.slice(0, Math.floor(this.#random() * (effects.records.length + 1))),
      );
      return;
    }
    member.journal.push(...(JSON.parse(JSON.stringify(effects.records)) as Json[]));
    this.answers.push(...effects.answers);
    for (const event of effects.events) {
      if (event.kind !== 'became-leader') continue;
      const round = `${String(event.detail.round)}.${id}`;
      assert.ok(!this.leadersByRound.has(round), `ballot ${round} was led twice`);
      this.leadersByRound.set(round, id);
    }
    for (const message of effects.messages) {
      for (let copies = this.#random() < this.doubleRate ? 2 : 1; copies > 0; copies--) {
        if (this.#random() < this.lossRate) continue;
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
}

const converged = (world: World): boolean => {
  const [first, ...rest] = IDS.map((id) => world.status(id));
  return (
    first?.leader !== null &&
    rest.every(
      (status) =>
        status.leader === first?.leader &&
        status.commitIndex === first?.commitIndex &&
        status.term === first?.term,
    )
  );
};

const commitOne = (world: World, value: string): boolean => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const leader = world.leader();
    if (leader !== null) {
      const request = world.propose(leader, value);
      const answered = world.runUntil(() => world.answers.some((answer) => answer.request === request), 1000);
      if (answered && world.answers.some((answer) => answer.request === request && answer.ok)) return true;
    }
    world.run(200);
  }
  return false;
};

const member = fc.constantFrom<string>(...IDS);
const fault = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      node: member,
      peer: member,
      both: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('isolate', 'crash', 'tear', 'freeze', 'thaw'),
      node: fc.option(member),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'heal-cuts'), node: member }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('noise' as const),
      loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
      delayMs: fc.integer({ min: 1, max: 300 }),
    }),
  },
);
type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

/** `node: null` hits whoever leads. */
const inflict = (world: World, what: Fault): void => {
  if (what.kind === 'noise') {
    world.lossRate = what.loss;
    world.doubleRate = what.loss;
    world.maxDelayMs = what.delayMs;
  } else if ('peer' in what) {
    world.cuts.add(`${what.node}>${what.peer}`);
    if (what.both) world.cuts.add(`${what.peer}>${what.node}`);
  } else if (what.kind === 'heal-cuts') world.cuts.clear();
  else {
    const node = what.node ?? world.leader() ?? 'px-1';
    const target = world.member(node);
    if (what.kind === 'crash') target.life = 'down';
    else if (what.kind === 'tear') target.tearNext = true;
    else if (what.kind === 'restart') world.restart(node);
    else if (what.kind === 'freeze' && target.life === 'up') target.life = 'frozen';
    else if (what.kind === 'thaw' && target.life === 'frozen') target.life = 'up';
    else if (what.kind === 'isolate')
      for (const id of IDS) {
        world.cuts.add(`${node}>${id}`);
        world.cuts.add(`${id}>${node}`);
      }
  }
};

test('under any schedule of faults no slot is decided twice, and once healed every member agrees again', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(3, 20, 5000),
      fc.array(
        fc.record({
          fault,
          runMs: fc.integer({ min: 10, max: 700 }),
          writes: fc.integer({ min: 0, max: 4 }),
        }),
        { minLength: 5, maxLength: 40, size: 'max' },
      ),
      (seed, snapshotEverySlots, schedule) => {
        const world = new World(seed, snapshotEverySlots);
        world.run(600);
        let values = 0;
        for (const step of schedule) {
          inflict(world, step.fault);
          for (let write = 0; write < step.writes; write++)
            for (const id of IDS) world.propose(id, `v${(values += 1)}`);
          world.run(step.runMs);
        }
        world.heal();
        world.maxDelayMs = 30;
        assert.ok(commitOne(world, 'after'), 'no write succeeds after the network has healed');
        assert.ok(
          world.runUntil(() => converged(world), 5000),
          `members differ: ${JSON.stringify(IDS.map((id) => world.status(id)))}`,
        );
        for (let key = 0; key < 5; key++)
          assert.equal(
            new Set(IDS.map((id) => world.member(id).machine.read(`k${key}`))).size,
            1,
            `k${key} differs`,
          );
      },
    ),
    { numRuns: 1500 },
  );
});

test('a follower that was cut off does not depose the leader when it comes back', () => {
  const world = new World(1);
  assert.ok(world.runUntil(() => converged(world), 3000));
  const leader = world.leader();
  const { term } = world.status('px-1');
  const follower = IDS.find((id) => id !== leader) ?? 'px-1';
  inflict(world, { kind: 'isolate', node: follower });
  world.run(3000);
  assert.equal(world.status(follower).state, 'candidate');
  assert.deepEqual(
    (world.status(follower).peers as { up: boolean }[]).map((peer) => peer.up),
    [false, false],
  );
  world.heal();
  assert.ok(world.runUntil(() => converged(world), 3000));
  assert.equal(world.leader(), leader);
  assert.equal(world.status(follower).term, term);
});

test('a leader that hears no majority steps down and the others elect another in a higher round', () => {
  const world = new World(2);
  assert.ok(world.runUntil(() => converged(world), 3000));
  const old = world.leader() ?? '';
  const round = world.status(old).round as number;
  inflict(world, { kind: 'isolate', node: old });
  const request = world.propose(old, 'lost');
  world.run(ELECTION_MS.max + HEARTBEAT_MS);
  assert.notEqual(world.status(old).state, 'leader');
  assert.equal(world.answers.find((answer) => answer.request === request)?.ok, false);
  assert.ok(world.runUntil(() => world.leader() !== null, 3000));
  assert.notEqual(world.leader(), old);
  assert.ok((world.status(world.leader() ?? '').round as number) > round);
});

test('a member that cannot lead answers at once with the leader it knows', () => {
  const world = new World(3);
  assert.ok(world.runUntil(() => converged(world), 3000));
  const follower = IDS.find((id) => id !== world.leader()) ?? 'px-1';
  const request = world.propose(follower, 'misdirected');
  const answer = world.answers.find((candidate) => candidate.request === request);
  assert.deepEqual([answer?.ok, answer?.leader], [false, world.leader()]);
});

test('a member that was down while the others took a snapshot catches up, and remembers it after a restart', () => {
  const world = new World(4, 10);
  assert.ok(world.runUntil(() => converged(world), 3000));
  const follower = IDS.find((id) => id !== world.leader()) ?? 'px-1';
  world.member(follower).life = 'down';
  for (let value = 0; value < 40; value++) assert.ok(commitOne(world, `v${value}`));
  world.restart(follower);
  assert.ok(world.runUntil(() => converged(world), 3000));
  const index = world.status(follower).commitIndex as number;
  assert.ok(index >= 40);
  world.member(follower).life = 'down';
  world.restart(follower);
  assert.equal(world.status(follower).commitIndex, index);
  assert.ok(world.member(follower).machine.read('k1')?.startsWith('v'));
});

test('peers report the age of the last message and the measured round trip', () => {
  const world = new World(5);
  world.run(1000);
  const peers = world.status('px-1').peers as {
    id: string;
    up: boolean;
    lastHeardMs: number;
    rttMs: number;
  }[];
  assert.deepEqual(
    peers.map((peer) => [peer.id, peer.up]),
    [
      ['px-2', true],
      ['px-3', true],
    ],
  );
  for (const peer of peers) {
    assert.ok(peer.lastHeardMs <= HEARTBEAT_MS * 4);
    assert.ok(peer.rttMs > 0 && peer.rttMs <= 2 * (world.maxDelayMs + STEP_MS));
  }
});

test('a message that is no Paxos message is refused with an error', () => {
  const world = new World(6);
  for (const body of [
    null,
    'ping',
    {},
    { k: 'accept' },
    { k: 'prepare', ballot: { round: -1, node: 'x' }, from: 1 },
  ])
    assert.throws(() => world.member('px-1').machine.receive('px-2', body, 0));
});
