import type { Ballot, Command, Decisions, JournalRecord, Snapshot } from './messages.ts';
import { compareBallots, NO_BALLOT } from './messages.ts';

interface Accepted {
  readonly slot: number;
  readonly ballot: Ballot;
  readonly command: Command;
}

/**
 * The durable half of a member: the promise, the accepted values and the decided prefix of the log.
 * Every change is handed to `save`, which must make it durable before the member answers anybody.
 */
export class Acceptor {
  promised: Ballot = NO_BALLOT;
  /** Every slot up to this one is decided and applied. Slots count from 1. */
  commitIndex = 0;
  lastIndex = 0;
  readonly state = new Map<string, string>();
  readonly #log = new Map<number, { readonly ballot: Ballot; readonly command: Command }>();
  readonly #save: (record: JournalRecord) => void;
  readonly #onDecide: (slot: number, command: Command) => void;
  readonly #snapshotEvery: number;
  #snapshotIndex = 0;

  constructor(
    save: (record: JournalRecord) => void,
    onDecide: (slot: number, command: Command) => void,
    snapshotEvery: number,
  ) {
    this.#save = save;
    this.#onDecide = onDecide;
    this.#snapshotEvery = snapshotEvery;
  }

  /** Applies one record of the journal. */
  restore(record: JournalRecord): void {
    if (record.t === 'promise') this.#raise(record.ballot);
    else if (record.t === 'accept') {
      this.#decideTo(record.commit);
      this.#put(record.slot, record.ballot, record.command);
    } else if (record.t === 'decide') {
      this.#put(record.slot, this.promised, record.command);
      this.#decideTo(record.slot);
    } else {
      this.#raise(record.promised);
      this.#install(record.snapshot);
      for (const entry of record.log) this.#put(entry.slot, entry.ballot, entry.command);
    }
  }

  /** Promises to take part in no lower ballot. */
  promise(ballot: Ballot): void {
    if (compareBallots(ballot, this.promised) <= 0) return;
    this.#raise(ballot);
    this.#save({ t: 'promise', ballot });
  }

  /** Accepts a value under the ballot that is promised. */
  accept(slot: number, command: Command): void {
    const ballot = this.promised;
    if (slot <= this.commitIndex) return; // already decided, and a decided value never changes
    if (this.has(slot, ballot)) return;
    this.#put(slot, ballot, command);
    this.#save({ t: 'accept', ballot, slot, command, commit: this.commitIndex });
  }

  has(slot: number, ballot: Ballot): boolean {
    const entry = this.#log.get(slot);
    return entry !== undefined && compareBallots(entry.ballot, ballot) === 0;
  }

  entry(slot: number): Command | null {
    return this.#log.get(slot)?.command ?? null;
  }

  /** Accepted values from a slot on, decided or not. */
  acceptedFrom(from: number): Accepted[] {
    const found: Accepted[] = [];
    for (let slot = from; slot <= this.lastIndex; slot++) {
      const entry = this.#log.get(slot);
      if (entry !== undefined) found.push({ slot, ...entry });
    }
    return found;
  }

  /** Decides up to `commit`, as far as the accepted values are those of the leader's ballot: one ballot has one value per slot. */
  commitUnder(ballot: Ballot, commit: number): void {
    while (this.commitIndex < commit && this.has(this.commitIndex + 1, ballot))
      this.#decideTo(this.commitIndex + 1);
    this.#compact();
  }

  /** What is decided from a slot on, at most `limit` entries. */
  decisionsFrom(from: number, limit: number): Decisions {
    if (from <= this.#snapshotIndex) return { snapshot: this.#snapshot(), entries: [] };
    const to = Math.min(this.commitIndex, from + limit - 1);
    return {
      snapshot: null,
      entries: this.acceptedFrom(from)
        .filter((entry) => entry.slot <= to)
        .map(({ slot, command }) => ({ slot, command })),
    };
  }

  /** Takes over what another member knows to be decided. */
  learn({ snapshot, entries }: Decisions): void {
    if (snapshot !== null && snapshot.index > this.commitIndex) {
      this.#install(snapshot);
      this.#saveSnapshot(snapshot);
    }
    for (const { slot, command } of entries) {
      if (slot !== this.commitIndex + 1) continue;
      this.#put(slot, this.promised, command);
      this.#save({ t: 'decide', slot, command });
      this.#decideTo(slot);
    }
    this.#compact();
  }

  #raise(ballot: Ballot): void {
    if (compareBallots(ballot, this.promised) > 0) this.promised = ballot;
  }

  #put(slot: number, ballot: Ballot, command: Command): void {
    this.#log.set(slot, { ballot, command });
    this.lastIndex = Math.max(this.lastIndex, slot);
  }

  #decideTo(slot: number): void {
    while (this.commitIndex < slot) {
      const next = this.commitIndex + 1;
      const command = this.entry(next);
      if (command === null)
        throw new Error(`paxos: slot ${next} is decided but not in the log: the journal is damaged`);
      this.commitIndex = next;
      if (command.key !== null) this.state.set(command.key, command.value);
      this.#onDecide(next, command);
    }
  }

  #snapshot(): Snapshot {
    return { index: this.commitIndex, state: [...this.state] };
  }

  #install(snapshot: Snapshot): void {
    this.state.clear();
    for (const [key, value] of snapshot.state) this.state.set(key, value);
    this.commitIndex = snapshot.index;
    this.lastIndex = Math.max(this.lastIndex, snapshot.index);
    this.#forget(snapshot.index);
  }

  #forget(index: number): void {
    this.#snapshotIndex = index;
    for (const slot of this.#log.keys()) if (slot <= index) this.#log.delete(slot);
  }

  #compact(): void {
    if (this.commitIndex - this.#snapshotIndex <= this.#snapshotEvery) return;
    this.#forget(this.commitIndex);
    this.#saveSnapshot(this.#snapshot());
  }

  #saveSnapshot(snapshot: Snapshot): void {
    this.#save({
      t: 'snapshot',
      promised: this.promised,
      snapshot,
      log: this.acceptedFrom(snapshot.index + 1),
    });
  }
}
