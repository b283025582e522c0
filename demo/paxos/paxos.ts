import type { Effects, Json, Machine, MachineOptions } from '#demo/machine.ts';

import { Acceptor } from './acceptor.ts';
import { Hearing } from '#demo/hearing.ts';
import { PendingEffects } from '#demo/pending-effects.ts';
import type { Ballot, Command, Decisions, Message } from './messages.ts';
import { ballotText, compareBallots, NO_BALLOT, parseMessage, parseRecord } from './messages.ts';

const SNAPSHOT_EVERY_SLOTS = 5000;
const MAX_UNDECIDED = 256;
const LEARN_LIMIT = 500;
const PING_EVERY_HEARTBEATS = 3;

type Promised = Extract<Message, { k: 'promise' }>;

/** What a candidate has collected (phase 1), or what a leader still has to see decided (phase 2). */
type Role =
  | { readonly name: 'follower' }
  | {
      readonly name: 'candidate';
      readonly ballot: Ballot | null;
      readonly promises: Map<string, Promised['accepted']>;
    }
  | {
      readonly name: 'leader';
      readonly ballot: Ballot;
      readonly acks: Map<number, Set<string>>;
      readonly requests: Map<number, string>;
      readonly ackedAtMs: Map<string, number>;
    };

export interface PaxosOptions extends MachineOptions {
  readonly snapshotEverySlots?: number;
  /** Told of every slot in order, once per life of the member; a snapshot skips the slots it stands for. */
  readonly onDecide?: (slot: number, command: Command) => void;
}

/**
 * A key-value register replicated by Multi-Paxos (Lamport, "Paxos Made Simple", 2001): phase 1 once for the whole
 * suffix of the log, phase 2 per slot, a distinguished leader with heartbeats. Leadership carries no lease: it is
 * only a ballot that a majority has promised, so two members may believe in themselves while only one can decide.
 */
export const createPaxos = (options: PaxosOptions): Machine => new Paxos(options);

class Paxos implements Machine {
  readonly #options: PaxosOptions;
  readonly #peers: readonly string[];
  readonly #majority: number;
  readonly #acceptor: Acceptor;
  readonly #hearing: Hearing;
  readonly #pending: PendingEffects<Message>;
  #role: Role = { name: 'follower' };
  #leader: string | null = null;
  #leaderHeardMs = 0;
  #highestRound = 0;
  #electionAtMs = 0;
  #heartbeatAtMs = 0;
  #pingAtMs = 0;
  #now = 0;

  constructor(options: PaxosOptions) {
    this.#options = options;
    this.#peers = options.peers.filter((id) => id !== options.id);
    this.#majority = Math.floor((this.#peers.length + 1) / 2) + 1;
    this.#pending = new PendingEffects(this.#peers);
    this.#hearing = new Hearing(this.#peers, options.electionMs.min);
    this.#acceptor = new Acceptor(
      (record) => this.#pending.record(record),
      (slot, command) => options.onDecide?.(slot, command),
      options.snapshotEverySlots ?? SNAPSHOT_EVERY_SLOTS,
    );
  }

  restore(records: readonly Json[], nowMs: number): void {
    for (const record of records) this.#acceptor.restore(parseRecord(record));
    this.#highestRound = this.#acceptor.promised.round;
    this.#now = nowMs;
    this.#armElection();
  }

  tick(nowMs: number): Effects {
    this.#now = nowMs;
    if (nowMs >= this.#pingAtMs) {
      this.#pingAtMs = nowMs + this.#options.heartbeatMs * PING_EVERY_HEARTBEATS;
      this.#pending.broadcast({ k: 'ping', n: this.#hearing.ping(nowMs) });
    }
    if (this.#role.name === 'leader') {
      if (!this.#isAcknowledged(this.#role.ackedAtMs)) this.#stepDown('hears no majority');
      else if (nowMs >= this.#heartbeatAtMs) this.#heartbeat();
    } else if (nowMs >= this.#electionAtMs) this.#campaign();
    return this.#pending.take();
  }

  receive(from: string, body: Json, nowMs: number): Effects {
    this.#now = nowMs;
    this.#hearing.heard(from, nowMs);
    if (this.#role.name === 'candidate' && this.#role.ballot === null && this.#hearsQuorum()) {
      this.#role = { name: 'follower' }; // back from a partition: the leader, if there is one, has a whole timeout to be heard
      this.#armElection();
    }
    if (this.#peers.includes(from)) this.#handle(from, parseMessage(body));
    return this.#pending.take();
  }

  propose(
    request: string,
    command: { readonly key: string; readonly value: string },
    nowMs: number,
  ): Effects {
    this.#now = nowMs;
    const role = this.#role;
    if (role.name !== 'leader') this.#answer(request, false, 'not the leader');
    else if (this.#acceptor.lastIndex - this.#acceptor.commitIndex >= MAX_UNDECIDED)
      this.#answer(request, false, 'too many proposals are undecided');
    else {
      const slot = this.#acceptor.lastIndex + 1;
      role.requests.set(slot, request);
      this.#proposeAt(slot, { key: command.key, value: command.value });
    }
    return this.#pending.take();
  }

  read(key: string): string | null {
    return this.#acceptor.state.get(key) ?? null;
  }

  status(nowMs: number): { readonly [key: string]: Json } {
    const { promised, commitIndex, lastIndex } = this.#acceptor;
    return {
      protocol: 'paxos',
      state: this.#role.name,
      ballot: ballotText(promised),
      round: promised.round,
      ballotNode: promised.node,
      term: promised.round,
      leader: this.#leader,
      commitIndex,
      appliedIndex: commitIndex,
      lastIndex,
      voters: [this.#options.id, ...this.#peers].toSorted(),
      learners: [],
      peers: this.#hearing.seen(nowMs),
      pendingProposals: this.#role.name === 'leader' ? this.#role.requests.size : 0,
    };
  }

  #handle(from: string, message: Message): void {
    switch (message.k) {
      case 'ping':
        return this.#pending.send(from, { k: 'pong', n: message.n });
      case 'pong':
        return this.#hearing.pong(from, message.n, this.#now);
      case 'prepare':
        return this.#onPrepare(from, message.ballot, message.from);
      case 'promise':
        return this.#onPromise(from, message);
      case 'accept':
        if (!this.#follow(from, message.ballot)) return;
        this.#acceptor.accept(message.slot, message.command);
        this.#pending.send(from, { k: 'accepted', ballot: message.ballot, slot: message.slot });
        return this.#acceptor.commitUnder(message.ballot, message.commit);
      case 'accepted':
        return this.#onAccepted(from, message.ballot, message.slot);
      case 'heartbeat':
        if (!this.#follow(from, message.ballot)) return;
        this.#pending.send(from, { k: 'heartbeat-ok', ballot: message.ballot });
        this.#acceptor.commitUnder(message.ballot, message.commit);
        if (this.#acceptor.commitIndex < message.commit)
          this.#pending.send(from, { k: 'learn', from: this.#acceptor.commitIndex + 1 });
        return;
      case 'heartbeat-ok':
        if (this.#role.name === 'leader' && compareBallots(message.ballot, this.#role.ballot) === 0)
          this.#role.ackedAtMs.set(from, this.#now);
        return;
      case 'refuse':
        return this.#onRefuse(message.ballot, message.promised);
      case 'learn':
        return this.#pending.send(from, {
          k: 'decided',
          decisions: this.#acceptor.decisionsFrom(message.from, LEARN_LIMIT),
        });
      case 'decided':
        return this.#learn(message.decisions);
    }
  }

  // Phase 1

  #campaign(): void {
    this.#setLeader(null);
    this.#armElection();
    if (!this.#hearsQuorum()) {
      // Without a majority a higher ballot would win nothing, and would depose the leader once the member is back.
      this.#role = { name: 'candidate', ballot: null, promises: new Map() };
      return;
    }
    this.#highestRound += 1;
    const ballot = { round: this.#highestRound, node: this.#options.id };
    this.#acceptor.promise(ballot);
    const from = this.#acceptor.commitIndex + 1;
    this.#role = {
      name: 'candidate',
      ballot,
      promises: new Map([[this.#options.id, this.#acceptor.acceptedFrom(from)]]),
    };
    this.#pending.broadcast({ k: 'prepare', ballot, from });
    this.#leadIfPromised();
  }

  #onPrepare(from: string, ballot: Ballot, slot: number): void {
    this.#highestRound = Math.max(this.#highestRound, ballot.round);
    if (compareBallots(ballot, this.#acceptor.promised) < 0 || this.#leaderIsAlive(from))
      return this.#refuse(from, ballot);
    this.#becomeFollower(`ballot ${ballotText(ballot)} is higher`);
    this.#setLeader(null);
    this.#armElection();
    this.#acceptor.promise(ballot);
    this.#pending.send(from, {
      k: 'promise',
      ballot,
      accepted: this.#acceptor.acceptedFrom(Math.max(slot, this.#acceptor.commitIndex + 1)),
      decisions: this.#acceptor.decisionsFrom(slot, Infinity),
    });
  }

  /** A member that hears its leader does not help to depose it: a peer that merely cannot hear the leader must wait. */
  #leaderIsAlive(candidate: string): boolean {
    if (this.#role.name === 'leader') return true;
    return (
      this.#leader !== null &&
      this.#leader !== candidate &&
      this.#now - this.#leaderHeardMs < this.#options.electionMs.min
    );
  }

  #onPromise(from: string, message: Promised): void {
    const role = this.#role;
    if (
      role.name !== 'candidate' ||
      role.ballot === null ||
      compareBallots(role.ballot, message.ballot) !== 0
    )
      return;
    this.#acceptor.learn(message.decisions);
    role.promises.set(from, message.accepted);
    this.#leadIfPromised();
  }

  #leadIfPromised(): void {
    const role = this.#role;
    if (role.name !== 'candidate' || role.ballot === null || role.promises.size < this.#majority) return;
    const ballot = role.ballot;
    const highest = new Map<number, { ballot: Ballot; command: Command }>();
    for (const entry of [...role.promises.values()].flat()) {
      const known = highest.get(entry.slot);
      if (known === undefined || compareBallots(entry.ballot, known.ballot) > 0)
        highest.set(entry.slot, entry);
    }
    const ackedAtMs = new Map([...role.promises.keys()].map((id) => [id, this.#now]));
    this.#role = { name: 'leader', ballot, acks: new Map(), requests: new Map(), ackedAtMs };
    this.#pending.emit('became-leader', { round: ballot.round, term: ballot.round });
    this.#setLeader(this.#options.id);
    const last = Math.max(this.#acceptor.lastIndex, ...highest.keys());
    for (let slot = this.#acceptor.commitIndex + 1; slot <= last; slot++)
      this.#proposeAt(slot, highest.get(slot)?.command ?? { key: null, value: '' });
    this.#heartbeat();
  }

  // Phase 2

  #proposeAt(slot: number, command: Command): void {
    const role = this.#role;
    if (role.name !== 'leader') return;
    this.#acceptor.accept(slot, command);
    role.acks.set(slot, new Set([this.#options.id]));
    this.#pending.broadcast({
      k: 'accept',
      ballot: role.ballot,
      slot,
      command,
      commit: this.#acceptor.commitIndex,
    });
    this.#commitAcked();
  }

  #onAccepted(from: string, ballot: Ballot, slot: number): void {
    const role = this.#role;
    if (role.name !== 'leader' || compareBallots(ballot, role.ballot) !== 0) return;
    role.ackedAtMs.set(from, this.#now);
    role.acks.get(slot)?.add(from);
    this.#commitAcked();
  }

  #commitAcked(): void {
    const role = this.#role;
    if (role.name !== 'leader') return;
    for (
      let slot = this.#acceptor.commitIndex + 1;
      (role.acks.get(slot)?.size ?? 0) >= this.#majority;
      slot++
    ) {
      this.#acceptor.commitUnder(role.ballot, slot);
      role.acks.delete(slot);
      const request = role.requests.get(slot);
      role.requests.delete(slot);
      if (request !== undefined) this.#answer(request, true, slot);
    }
  }

  /** Keeps the followers calm, tells them what is decided, and sends again what they have not acknowledged. */
  #heartbeat(): void {
    const role = this.#role;
    if (role.name !== 'leader') return;
    this.#heartbeatAtMs = this.#now + this.#options.heartbeatMs;
    const commit = this.#acceptor.commitIndex;
    this.#pending.broadcast({ k: 'heartbeat', ballot: role.ballot, commit });
    for (const [slot, acked] of role.acks) {
      const command = this.#acceptor.entry(slot);
      if (command === null) continue;
      for (const peer of this.#peers)
        if (!acked.has(peer))
          this.#pending.send(peer, { k: 'accept', ballot: role.ballot, slot, command, commit });
    }
  }

  /** True when the sender leads by a ballot this member has promised or promises now. */
  #follow(from: string, ballot: Ballot): boolean {
    this.#highestRound = Math.max(this.#highestRound, ballot.round);
    if (compareBallots(ballot, this.#acceptor.promised) < 0) {
      this.#refuse(from, ballot);
      return false;
    }
    this.#becomeFollower(`ballot ${ballotText(ballot)} is higher`);
    this.#acceptor.promise(ballot);
    this.#leaderHeardMs = this.#now;
    this.#setLeader(from);
    this.#armElection();
    return true;
  }

  #onRefuse(refused: Ballot, promised: Ballot): void {
    this.#highestRound = Math.max(this.#highestRound, promised.round);
    const role = this.#role;
    if (role.name === 'follower' || compareBallots(refused, role.ballot ?? NO_BALLOT) !== 0) return;
    if (compareBallots(promised, refused) <= 0) return; // a peer that still hears its leader
    this.#stepDown(`a peer has promised ${ballotText(promised)}`);
  }

  #learn(decisions: Decisions): void {
    if (this.#role.name !== 'leader') this.#acceptor.learn(decisions);
  }

  #stepDown(reason: string): void {
    this.#becomeFollower(reason);
    this.#setLeader(null);
    this.#armElection();
  }

  #becomeFollower(reason: string): void {
    const role = this.#role;
    this.#role = { name: 'follower' };
    if (role.name !== 'leader') return;
    this.#pending.emit('stepped-down', { round: role.ballot.round, term: role.ballot.round, reason });
    this.#leader = null;
    for (const request of role.requests.values())
      this.#answer(request, false, 'leadership was lost: the outcome is unknown');
  }

  #hearsQuorum(): boolean {
    return this.#hearing.upCount(this.#now) + 1 >= this.#majority;
  }

  #isAcknowledged(ackedAtMs: ReadonlyMap<string, number>): boolean {
    const oldest = this.#now - this.#options.electionMs.max;
    const heard = this.#peers.filter((peer) => (ackedAtMs.get(peer) ?? -Infinity) >= oldest).length;
    return heard + 1 >= this.#majority;
  }

  #armElection(): void {
    const { min, max } = this.#options.electionMs;
    this.#electionAtMs = this.#now + min + this.#options.random() * (max - min);
  }

  #setLeader(leader: string | null): void {
    if (leader === this.#leader) return;
    this.#leader = leader;
    if (leader !== null) this.#pending.emit('leader-known', { leader, term: this.#acceptor.promised.round });
  }

  #refuse(to: string, ballot: Ballot): void {
    this.#pending.send(to, { k: 'refuse', ballot, promised: this.#acceptor.promised });
  }

  #answer(request: string, ok: boolean, value: Json): void {
    this.#pending.answer({ request, ok, value, leader: this.#leader });
  }
}
