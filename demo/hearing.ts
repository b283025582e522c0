interface Heard {
  lastMs: number | null;
  rttMs: number | null;
  ping: { readonly n: number; readonly sentMs: number } | null;
}

/** Whom a member hears, by its own pings: independent of who leads. */
export class Hearing {
  readonly #peers: ReadonlyMap<string, Heard>;
  readonly #silenceMs: number;
  #n = 0;

  /** A peer counts as up while its last message is at most `silenceMs` old. */
  constructor(peers: readonly string[], silenceMs: number) {
    this.#peers = new Map(peers.map((id) => [id, { lastMs: null, rttMs: null, ping: null }]));
    this.#silenceMs = silenceMs;
  }

  /** The number of the next ping, the same for every peer. */
  ping(nowMs: number): number {
    this.#n += 1;
    for (const peer of this.#peers.values()) peer.ping = { n: this.#n, sentMs: nowMs };
    return this.#n;
  }

  pong(from: string, n: number, nowMs: number): void {
    const peer = this.#peers.get(from);
    if (peer?.ping?.n === n) peer.rttMs = nowMs - peer.ping.sentMs;
  }

  heard(from: string, nowMs: number): void {
    const peer = this.#peers.get(from);
    if (peer !== undefined) peer.lastMs = nowMs;
  }

  upCount(nowMs: number): number {
    return this.seen(nowMs).filter((peer) => peer.up).length;
  }

  /** `lastHeardMs` is the age of the last message, `rttMs` the last measured round trip. */
  seen(nowMs: number): { id: string; up: boolean; lastHeardMs: number | null; rttMs: number | null }[] {
    return [...this.#peers].map(([id, peer]) => ({
      id,
      up: peer.lastMs !== null && nowMs - peer.lastMs <= this.#silenceMs,
      lastHeardMs: peer.lastMs === null ? null : nowMs - peer.lastMs,
      rttMs: peer.rttMs,
    }));
  }
}
