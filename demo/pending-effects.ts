import type { Effects, Json } from './machine.ts';

/** What one step of a machine wants done, gathered until the step ends. */
export class PendingEffects<Message extends Json> {
  readonly #peers: readonly string[];
  #records: Json[] = [];
  #messages: { to: string; body: Message }[] = [];
  #answers: Effects['answers'][number][] = [];
  #events: Effects['events'][number][] = [];

  constructor(peers: readonly string[]) {
    this.#peers = peers;
  }

  record(record: Json): void {
    this.#records.push(record);
  }

  send(to: string, body: Message): void {
    this.#messages.push({ to, body });
  }

  /** To every peer. */
  broadcast(body: Message): void {
    for (const peer of this.#peers) this.send(peer, body);
  }

  answer(answer: Effects['answers'][number]): void {
    this.#answers.push(answer);
  }

  emit(kind: string, detail: Effects['events'][number]['detail']): void {
    this.#events.push({ kind, detail });
  }

  /** All of it, once. */
  take(): Effects {
    const effects = {
      records: this.#records,
      messages: this.#messages,
      answers: this.#answers,
      events: this.#events,
    };
    this.#records = [];
    this.#messages = [];
    this.#answers = [];
    this.#events = [];
    return effects;
  }
}
