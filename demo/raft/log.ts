import type { Command, Entry, JournalRecord } from './messages.ts';

/** The durable half of a member: its term, its vote, its log, and the state that the committed part adds up to. Entries count from 1. */
export class Log {
  term = 0;
  votedFor: string | null = null;
  commitIndex = 0;
  snapshotIndex = 0;
  snapshotTerm = 0;
  readonly state = new Map<string, string>();
  #entries: Entry[] = [];
  readonly #save: (record: JournalRecord) => void;
  readonly #onCommit: (index: number, entry: Entry) => void;
  readonly #snapshotEvery: number;

  constructor(
    save: (record: JournalRecord) => void,
    onCommit: (index: number, entry: Entry) => void,
    snapshotEvery: number,
  ) {
    this.#save = save;
    this.#onCommit = onCommit;
    this.#snapshotEvery = snapshotEvery;
  }

  get lastIndex(): number {
    return this.snapshotIndex + this.#entries.length;
  }
  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.snapshotTerm;
  }

  restore(record: JournalRecord): void {
    if (record.t === 'vote') {
      this.term = record.term;
      this.votedFor = record.votedFor;
    } else if (record.t === 'append')
      this.#entries = [...this.#entries.slice(0, record.from - this.snapshotIndex - 1), ...record.entries];
    else {
      this.term = record.term;
      this.votedFor = record.votedFor;
      this.#install(record.index, record.lastTerm, record.state);
      this.#entries = record.entries;
    }
  }

  setTerm(term: number, votedFor: string | null): void {
    if (term === this.term && votedFor === this.votedFor) return;
    this.term = term;
    this.votedFor = votedFor;
    this.#save({ t: 'vote', term, votedFor });
  }

  /** Null where the snapshot has swallowed the entry, or nothing is there yet. */
  termAt(index: number): number | null {
    if (index === this.snapshotIndex) return this.snapshotTerm;
    return this.#entries[index - this.snapshotIndex - 1]?.term ?? null;
  }

  from(index: number, limit: number): Entry[] {
    return this.#entries.slice(index - this.snapshotIndex - 1, index - this.snapshotIndex - 1 + limit);
  }

  append(command: Command): number {
    const entry = { term: this.term, command };
    this.#entries.push(entry);
    this.#save({ t: 'append', from: this.lastIndex, entries: [entry] });
    return this.lastIndex;
  }

  /** Takes over a leader's entries after `prev`, which must match; only a conflict cuts off what is there. */
  accept(prev: number, entries: readonly Entry[]): void {
    let skip = 0;
    while (skip < entries.length) {
      const index = prev + 1 + skip;
      if (index > this.snapshotIndex && this.termAt(index) !== entries[skip]?.term) break;
      skip += 1;
    }
    if (skip === entries.length) return;
    const from = prev + 1 + skip;
    if (from <= this.commitIndex)
      throw new Error(`raft: entry ${from} is committed and would be overwritten`);
    const fresh = entries.slice(skip);
    this.#entries = [...this.#entries.slice(0, from - this.snapshotIndex - 1), ...fresh];
    this.#save({ t: 'append', from, entries: fresh });
  }

  commitTo(index: number): void {
    while (this.commitIndex < Math.min(index, this.lastIndex)) {
      const next = this.commitIndex + 1;
      const entry = this.#entries[next - this.snapshotIndex - 1];
      if (entry === undefined)
        throw new Error(`raft: entry ${next} is committed but not in the log: the journal is damaged`);
      this.commitIndex = next;
      if (entry.command.key !== null) this.state.set(entry.command.key, entry.command.value);
      this.#onCommit(next, entry);
    }
    if (this.commitIndex - this.snapshotIndex > this.#snapshotEvery) this.#compact();
  }

  install(index: number, term: number, state: readonly (readonly [string, string])[]): void {
    if (index <= this.commitIndex) return;
    const rest = this.termAt(index) === term ? this.from(index + 1, Infinity) : [];
    this.#install(index, term, state);
    this.#entries = rest;
    this.#saveSnapshot();
  }

  #compact(): void {
    const term = this.termAt(this.commitIndex) ?? this.snapshotTerm;
    this.#entries = this.from(this.commitIndex + 1, Infinity);
    this.snapshotIndex = this.commitIndex;
    this.snapshotTerm = term;
    this.#saveSnapshot();
  }

  #install(index: number, term: number, state: readonly (readonly [string, string])[]): void {
    this.state.clear();
    for (const [key, value] of state) this.state.set(key, value);
    this.snapshotIndex = index;
    this.snapshotTerm = term;
    this.commitIndex = index;
  }

  #saveSnapshot(): void {
    this.#save({
      t: 'snapshot',
      term: this.term,
      votedFor: this.votedFor,
      index: this.snapshotIndex,
      lastTerm: this.snapshotTerm,
      state: [...this.state],
      entries: [...this.#entries],
    });
  }
}
