import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { Client, errors } from 'undici';

import { tlsOptions } from '#lib/model/access.ts';
import type { Access } from '#lib/model/access.ts';
import type { ProbeOutcome } from '#lib/model/node.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { withPlace } from '#lib/network/with-place.ts';

/** How one probe ended, with everything that is evidence. */
export interface ProbeAnswer {
  /** Wall clock. */
  readonly sentAt: Ms;
  readonly at: Ms;
  /** Monotonic clock when the answer was complete. */
  readonly monoAt: Ms;
  readonly outcome: Exclude<ProbeOutcome, 'slow'>;
  readonly rttMs: number | null;
  /** Null when the outcome is `ok`; else what happened, verbatim. */
  readonly error: string | null;
  /** The body of an `ok` answer. */
  readonly body: Uint8Array | null;
  /** Of HTTP, when an answer came. */
  readonly status: number | null;
}

export type ProbeTarget =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly status: readonly number[];
      /** Sent as JSON by POST; null: a GET. */
      readonly body: string | null;
      readonly access: Access;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** A probe on its way. */
export interface Flight {
  /** Ends it as timed out; the caller's timer decides when. A late answer is dropped: it says nothing of now. */
  expire(): void;
}

/** Probes one endpoint over one connection that is held between probes, so that a dying process is heard of at once. */
export interface Prober {
  /**
   * @param fresh connect anew, to confirm what the held connection seemed to say
   * @param done called exactly once
   */
  probe(fresh: boolean, done: (answer: ProbeAnswer) => void): Flight;
  close(): void;
}

export interface ProberOptions {
  readonly clock: Clock;
  /** The held connection ended although no probe was on its way. */
  readonly onReset: () => void;
}

const USER_AGENT = 'Quorate';
const MAX_BODY_BYTES = 1024 * 1024;
const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Codes of Node and of OpenSSL's check of a certificate: nothing of them says that a process died. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|EPROTO$|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))|CERT|CRL/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The class of a connection error; the order of the tests is that of certainty. */
const classify = (error: unknown): Exclude<ProbeOutcome, 'ok' | 'slow'> => {
  if (error instanceof errors.HTTPParserError) return 'http-status'; // an answer, though not one of HTTP: nobody died
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  if (RESET.has(code)) return 'reset';
  if (UNREACHABLE.has(code)) return 'unreachable';
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  if (TLS_CODE.test(code)) return 'tls';
  return 'reset';
};

const ERROR_BYTES = 200;
/** What a server says beside a status that is none of those expected, in one line. */
const saying = (parts: readonly Uint8Array[]): string => {
  const text = Buffer.concat(parts).toString('utf8', 0, ERROR_BYTES).replaceAll(/\s+/g, ' ').trim();
  return text === '' || text.startsWith('<') ? '' : `: ${text}`;
};

/** OpenSSL's own errors begin with the id of a thread and end with a place in its source: the words between are the message. */
const OPENSSL = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):.*?(SSL alert number \d+)?$/;
const messageOf = (error: unknown): string => {
  const text = (error instanceof Error ? error.message : String(error)).trim();
  const parts = OPENSSL.exec(text);
  if (parts !== null) return `${parts[1]}${parts[2] === undefined ? '' : ` (${parts[2]})`}`;
  return text.replace(
    /; if the root CA is installed locally.*$/,
    '; does ca_file name the authority that signed it?',
  );
};

/** Calls `done` once, whatever ends the probe first. */
const createLanding = (clock: Clock, done: (answer: ProbeAnswer) => void) => {
  const sentAt = clock.wall();
  const sentMono = clock.mono();
  let landed = false;
  return {
    landed: () => landed,
    land: (
      outcome: ProbeAnswer['outcome'],
      error: string | null,
      body: Uint8Array | null = null,
      status: number | null = null,
    ): void => {
      if (landed) return;
      landed = true;
      const monoAt = clock.mono();
      done({
        sentAt,
        at: clock.wall(),
        monoAt,
        outcome,
        rttMs: outcome === 'timeout' ? null : monoAt - sentMono,
        error,
        body,
        status,
      });
    },
    elapsedText: () => `${((clock.mono() - sentMono) / 1000).toFixed(1)} s`,
  };
};

const createHttpProber = (target: Extract<ProbeTarget, { kind: 'http' }>, options: ProberOptions): Prober => {
  const url = new URL(target.url);
  const where = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const headers = {
    'user-agent': USER_AGENT,
    accept: '*/*',
    ...(target.body === null ? {} : { 'content-type': 'application/json' }),
    ...(target.access.authorization === null ? {} : { authorization: target.access.authorization }),
  };
  let client: Client | null = null;
  let inFlight = 0;
  let closed = false;

  const open = (): Client => {
    const opened = new Client(url.origin, {
      pipelining: 1,
      keepAliveTimeout: 600_000,
      keepAliveMaxTimeout: 3_600_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 0, autoSelectFamily: false, ...tlsOptions(target.access) },
    });
    opened.on('disconnect', () => {
      if (client !== opened) return;
      client = null;
      opened.destroy().catch(() => undefined);
      if (inFlight === 0 && !closed) options.onReset();
    });
    return opened;
  };
  const drop = (): void => {
    const old = client;
    client = null;
    old?.destroy().catch(() => undefined);
  };

  return {
    probe: (fresh, done) => {
      if (fresh) drop();
      client ??= open();
      const used = client;
      inFlight += 1;
      const landing = createLanding(options.clock, (answer) => {
        inFlight -= 1;
        done(answer);
      });
      let status = 0;
      let bytes = 0;
      const parts: Uint8Array[] = [];
      used.dispatch(
        {
          method: target.body === null ? 'GET' : 'POST',
          path: `${url.pathname}${url.search}`,
          headers,
          body: target.body,
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, code) => {
            status = code;
          },
          onResponseData: (_controller, chunk) => {
            bytes += chunk.length;
            if (bytes <= MAX_BODY_BYTES) parts.push(chunk);
            else if (!landing.landed()) {
              if (client === used) client = null; // that we end it is no news of the other side
              landing.land('http-status', `${target.url} answered more than 1 MiB`, null, status);
              used.destroy().catch(() => undefined);
            }
          },
          onResponseEnd: () => {
            if (target.status.includes(status)) landing.land('ok', null, Buffer.concat(parts), status);
            else
              landing.land(
                'http-status',
                `${target.url} answered ${status}, expected ${target.status.join(' or ')}${saying(parts)}`,
                null,
                status,
              );
          },
          onResponseError: (_controller, error) => {
            if (!landing.landed() && client === used) drop();
            landing.land(classify(error), withPlace(where, messageOf(error)));
          },
        },
      );
      return {
        expire: () => {
          if (landing.landed()) return;
          landing.land('timeout', `no answer from ${target.url} after ${landing.elapsedText()}`);
          if (client === used) drop();
          else used.destroy().catch(() => undefined);
        },
      };
    },
    close: () => {
      closed = true;
      drop();
    },
  };
};

const createTcpProber = (target: Extract<ProbeTarget, { kind: 'tcp' }>, options: ProberOptions): Prober => {
  const where = `${target.host}:${target.port}`;
  let held: Socket | null = null;
  let inFlight = 0;
  let closed = false;
  const hold = (socket: Socket): void => {
    held = socket;
    socket.resume();
    socket.on('error', () => undefined); // 'close' follows and says it
    socket.once('close', () => {
      if (held !== socket) return;
      held = null;
      if (inFlight === 0 && !closed) options.onReset();
    });
  };
  return {
    probe: (_fresh, done) => {
      inFlight += 1;
      const landing = createLanding(options.clock, (answer) => {
        inFlight -= 1;
        done(answer);
      });
      const socket = connect({ host: target.host, port: target.port, autoSelectFamily: false });
      socket.once('error', (error) => landing.land(classify(error), withPlace(where, messageOf(error))));
      socket.once('connect', () => {
        landing.land('ok', null);
        if (held === null && !closed) hold(socket);
        else socket.destroy();
      });
      return {
        expire: () => {
          landing.land('timeout', `no connection to ${where} after ${landing.elapsedText()}`);
          if (held !== socket) socket.destroy();
        },
      };
    },
    close: () => {
      closed = true;
      held?.destroy();
    },
  };
};

/** Makes the prober of an endpoint. Its timeouts are the caller's: one wheel serves all probes. */
export const createProber = (target: ProbeTarget, options: ProberOptions): Prober =>
  target.kind === 'http' ? createHttpProber(target, options) : createTcpProber(target, options);
