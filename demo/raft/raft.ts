import type { Effects, Json, Machine, MachineOptions } from '#demo/machine.ts';
import { Hearing } from '#demo/hearing.ts';
import { PendingEffects } from '#demo/pending-effects.ts';

import { Log } from './log.ts';
import type { Entry, Message } from './messages.ts';
import { parseMessage, parseRecord } from './messages.ts';

const SNAPSHOT_EVERY = 5000;
const BATCH = 200;
const MAX_UNCOMMITTED = 256;
const PING_EVERY_HEARTBEATS = 3;

type Role =
  | { readonly name: 'follower' }
  | { readonly name: 'pre-candidate' | 'candidate'; readonly term: number; readonly votes: Set<string> }
  | {
      readonly name: 'leader';
      readonly next: Map<string, number>;
      readonly match: Map<string, number>;
      readonly ackedAtMs: Map<string, number>;
      readonly requests: Map<number, string>;
    };

export interface RaftOptions extends MachineOptions {
  readonly snapshotEvery?: number;
  /** Told of every committed entry in order, once per life of the member; a snapshot skips the entries it stands for. */
  readonly onCommit?: (index: number, entry: Entry) => void;
}

/**
 * A key-value store replicated by Raft (Ongaro & Ousterhout, USENIX ATC 2014), with pre-vote and check-quorum (Ongaro's dissertation,
 * sections 9.6 and 6.2): a member that was cut off does not depose the leader, and a leader that hears no majority steps down.
 */
export const createRaft = (options: RaftOptions): Machine => new Raft(options);

class Raft implements Machine {
  readonly #options: RaftOptions;
  readonly #peers: readonly string[];
  readonly #majority: number;
  readonly #log: Log;
  readonly #hearing: Hearing;
  readonly #pending: PendingEffects<Message>;
  #role: Role = { name: 'follower' };
  #leader: string | null = null;
  #leaderHeardMs = Number.NEGATIVE_INFINITY;
  #electionAtMs = 0;
  #heartbeatAtMs = 0;
  #pingAtMs = 0;
  #now = 0;

  constructor(options: RaftOptions) {
    this.#options = options;
    this.#peers = options.peers.filter((id) => id !== options.id);
    this.#majority = Math.floor((this.#peers.length + 1) / 2) + 1;
    this.#pending = new PendingEffects(this.#peers);
    this.#hearing = new Hearing(this.#peers, options.electionMs.min);
    this.#log = new Log(
      (record) => this.#pending.record(record),
      (index, entry) => options.onCommit?.(index, entry),
      options.snapshotEvery ?? SNAPSHOT_EVERY,
    );
  }

  restore(records: readonly Json[], nowMs: number): void {
    for (const record of records) this.#log.restore(parseRecord(record));
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
      if (!this.#hearsQuorum(this.#role.ackedAtMs)) this.#follow(this.#log.term, null, 'hears no majority');
      else if (nowMs >= this.#heartbeatAtMs) this.#replicate();
    } else if (nowMs >= this.#electionAtMs) this.#campaign('prevote');
    return this.#pending.take();
  }

  receive(from: string, body: Json, nowMs: number): Effects {
    this.#now = nowMs;
    this.#hearing.heard(from, nowMs);
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
    else if (this.#log.lastIndex - this.#log.commitIndex >= MAX_UNCOMMITTED)
      this.#answer(request, false, 'too many proposals are not committed');
    else {
      role.requests.set(this.#log.append({ key: command.key, value: command.value }), request);
      this.#replicate();
      this.#advance();
    }
    return this.#pending.take();
  }

  read(key: string): string | null {
    return this.#log.state.get(key) ?? null;
  }

  status(nowMs: number): { readonly [key: string]: Json } {
    const { term, votedFor, commitIndex, lastIndex } = this.#log;
    return {
      protocol: 'raft',
      state: this.#role.name,
      term,
      votedFor,
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
      case 'prevote':
      case 'vote':
        return this.#onVote(from, message);
      case 'prevote-answer':
      case 'vote-answer':
        return this.#onVoteAnswer(from, message);
      case 'append':
        if (!this.#hearLeader(from, message.term))
          return this.#pending.send(from, { k: 'append-answer', term: this.#log.term, ok: false, match: 0 });
        return this.#onAppend(from, message);
      case 'append-answer':
        return this.#onAppendAnswer(from, message);
      case 'snapshot':
        if (!this.#hearLeader(from, message.term)) return;
        this.#log.install(message.index, message.lastTerm, message.state);
        return this.#pending.send(from, {
          k: 'append-answer',
          term: this.#log.term,
          ok: true,
          match: this.#log.commitIndex,
        });
    }
  }

  // Elections

  #campaign(kind: 'prevote' | 'vote'): void {
    this.#armElection();
    const log = this.#log;
    const term = log.term + 1;
    if (kind === 'vote') log.setTerm(term, this.#options.id);
    if (this.#leader !== null) this.#setLeader(null);
    this.#role = {
      name: kind === 'vote' ? 'candidate' : 'pre-candidate',
      term,
      votes: new Set([this.#options.id]),
    };
    this.#pending.broadcast({ k: kind, term, last: log.lastIndex, lastTerm: log.lastTerm });
    this.#count();
  }

  #onVote(from: string, message: Extract<Message, { k: 'prevote' | 'vote' }>): void {
    const log = this.#log;
    // Whoever hears a leader helps nobody to depose it, and keeps its term.
    const sticky =
      this.#role.name === 'leader' ||
      (this.#leader !== null &&
        this.#leader !== from &&
        this.#now - this.#leaderHeardMs < this.#options.electionMs.min);
    const isCurrent =
      message.lastTerm > log.lastTerm || (message.lastTerm === log.lastTerm && message.last >= log.lastIndex);
    if (message.k === 'prevote') {
      const granted = !sticky && isCurrent && message.term > log.term;
      return this.#pending.send(from, { k: 'prevote-answer', term: log.term, asked: message.term, granted });
    }
    if (sticky)
      return this.#pending.send(from, {
        k: 'vote-answer',
        term: log.term,
        asked: message.term,
        granted: false,
      });
    if (message.term > log.term) this.#follow(message.term, null, `term ${message.term} is newer`);
    const granted =
      message.term === log.term && isCurrent && (log.votedFor === null || log.votedFor === from);
    if (granted) {
      log.setTerm(log.term, from);
      this.#armElection();
    }
    this.#pending.send(from, { k: 'vote-answer', term: log.term, asked: message.term, granted });
  }

  #onVoteAnswer(from: string, message: Extract<Message, { k: 'prevote-answer' | 'vote-answer' }>): void {
    if (message.term > this.#log.term)
      return this.#follow(message.term, null, `term ${message.term} is newer`);
    const role = this.#role;
    const expected = message.k === 'vote-answer' ? 'candidate' : 'pre-candidate';
    if (role.name !== expected || role.term !== message.asked || !message.granted) return;
    role.votes.add(from);
    this.#count();
  }

  #count(): void {
    const role = this.#role;
    if ((role.name !== 'candidate' && role.name !== 'pre-candidate') || role.votes.size < this.#majority)
      return;
    if (role.name === 'pre-candidate') return this.#campaign('vote');
    const next = new Map(this.#peers.map((peer) => [peer, this.#log.lastIndex + 1]));
    this.#role = {
      name: 'leader',
      next,
      match: new Map(this.#peers.map((peer) => [peer, 0])),
      ackedAtMs: new Map(this.#peers.map((peer) => [peer, this.#now])),
      requests: new Map(),
    };
    this.#pending.emit('became-leader', { term: this.#log.term });
    this.#setLeader(this.#options.id);
    this.#log.append({ key: null, value: '' });
    this.#replicate();
    this.#advance();
  }

  /** Goes back to follow, in a newer term or in this one. */
  #follow(term: number, leader: string | null, reason: string): void {
    const role = this.#role;
    const before = this.#log.term;
    if (term > before) this.#log.setTerm(term, null);
    this.#role = { name: 'follower' };
    if (role.name === 'leader') {
      this.#pending.emit('stepped-down', { term: before, reason });
      for (const request of role.requests.values())
        this.#answer(request, false, 'leadership was lost: the outcome is unknown');
    }
    this.#setLeader(leader);
    if (role.name === 'leader') this.#armElection();
  }

  /** @returns false when the sender's term is over */
  #hearLeader(from: string, term: number): boolean {
    if (term < this.#log.term) return false;
    if (term > this.#log.term || this.#role.name !== 'follower' || this.#leader !== from)
      this.#follow(term, from, `term ${term} has a leader`);
    this.#leaderHeardMs = this.#now;
    this.#armElection();
    return true;
  }

  // Replication

  #replicate(): void {
    const role = this.#role;
    if (role.name !== 'leader') return;
    this.#heartbeatAtMs = this.#now + this.#options.heartbeatMs;
    for (const peer of this.#peers) this.#sendEntries(peer, role.next.get(peer) ?? 1);
  }

  #sendEntries(peer: string, next: number): void {
    const log = this.#log;
    const prev = next - 1;
    const prevTerm = log.termAt(prev);
    if (prevTerm === null) {
      return this.#pending.send(peer, {
        k: 'snapshot',
        term: log.term,
        index: log.commitIndex,
        lastTerm: log.termAt(log.commitIndex) ?? log.snapshotTerm,
        state: [...log.state],
      });
    }
    this.#pending.send(peer, {
      k: 'append',
      term: log.term,
      prev,
      prevTerm,
      entries: log.from(next, BATCH),
      commit: log.commitIndex,
    });
  }

  #onAppend(from: string, message: Extract<Message, { k: 'append' }>): void {
    const log = this.#log;
    const fits = message.prev <= log.snapshotIndex || log.termAt(message.prev) === message.prevTerm;
    if (!fits)
      return this.#pending.send(from, {
        k: 'append-answer',
        term: log.term,
        ok: false,
        match: Math.min(log.lastIndex, message.prev - 1),
      });
    log.accept(message.prev, message.entries);
    const match = message.prev + message.entries.length;
    log.commitTo(Math.min(message.commit, match));
    this.#pending.send(from, {
      k: 'append-answer',
      term: log.term,
      ok: true,
      match: Math.max(match, log.snapshotIndex),
    });
  }

  #onAppendAnswer(from: string, message: Extract<Message, { k: 'append-answer' }>): void {
    if (message.term > this.#log.term)
      return this.#follow(message.term, null, `term ${message.term} is newer`);
    const role = this.#role;
    if (role.name !== 'leader' || message.term < this.#log.term) return;
    role.ackedAtMs.set(from, this.#now);
    if (!message.ok) {
      const next = Math.max(1, Math.min((role.next.get(from) ?? 1) - 1, message.match + 1));
      role.next.set(from, next);
      return this.#sendEntries(from, next);
    }
    const match = Math.max(role.match.get(from) ?? 0, message.match);
    const before = role.next.get(from) ?? 1;
    role.match.set(from, match);
    role.next.set(from, match + 1);
    this.#advance();
    if (match + 1 > before && match < this.#log.lastIndex) this.#sendEntries(from, match + 1);
  }

  /** Commits what a majority holds, if it is of this term (section 5.4.2). */
  #advance(): void {
    const role = this.#role;
    if (role.name !== 'leader') return;
    const held =
      [this.#log.lastIndex, ...role.match.values()].toSorted((a, b) => b - a)[this.#majority - 1] ?? 0;
    if (held <= this.#log.commitIndex || this.#log.termAt(held) !== this.#log.term) return;
    const first = this.#log.commitIndex + 1;
    this.#log.commitTo(held);
    for (let index = first; index <= held; index += 1) {
      const request = role.requests.get(index);
      role.requests.delete(index);
      if (request !== undefined) this.#answer(request, true, index);
    }
  }

  #hearsQuorum(ackedAtMs: ReadonlyMap<string, number>): boolean {
    const oldest = this.#now - this.#options.electionMs.max;
    return [...ackedAtMs.values()].filter((at) => at >= oldest).length + 1 >= this.#majority;
  }

  #armElection(): void {
    const { min, max } = this.#options.electionMs;
    this.#electionAtMs = this.#now + min + this.#options.random() * (max - min);
  }

  #setLeader(leader: string | null): void {
    if (leader === this.#leader) return;
    this.#leader = leader;
    if (leader !== null) this.#pending.emit('leader-known', { leader, term: this.#log.term });
  }

  #answer(request: string, ok: boolean, value: Json): void {
    this.#pending.answer({ request, ok, value, leader: this.#leader });
  }
}
