import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { Agent, request } from 'undici';

import type { Ms } from '#lib/model/time.ts';

/** One message to post. */
export interface Post {
  readonly url: string;
  readonly body: string;
  /** The dedupe key: goes as `Idempotency-Key` and is the same over all attempts. */
  readonly key: string;
  readonly authorization: string | null;
  readonly timeoutMs: Ms;
}

/** How one attempt ended. `error` is null when the receiver took the message. */
export interface Posted {
  readonly status: number | null;
  readonly error: string | null;
}

export interface WebhookSender {
  /** Never throws: what goes wrong is the answer. */
  post(message: Post, signal: AbortSignal): Promise<Posted>;
  close(): Promise<void>;
}

const ANSWER_BYTES = 16 * 1024;
const SHOWN = 200;

/** Link-local networks: the addresses by which clouds hand out credentials to whoever asks from the machine itself. */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addAddress('fd00:ec2::254', 'ipv6');
refused.addAddress('100.100.100.200', 'ipv4');

/** Whether nothing may be sent to an address, also when it is an IPv4 address written as IPv6. */
const isRefused = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && refused.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

const refusal = (host: string, address: string): Error =>
  new Error(
    `${host === address ? address : `${host} (${address})`} is a link-local or metadata address; notifications are not sent there`,
  );

/** Looks a name up and refuses it when any of its addresses is refused, so that no name can lead there. */
const safeLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const bad = addresses?.find(({ address }) => isRefused(address));
    const first = addresses?.[0];
    if (error !== null) done(error, '', 0);
    else if (bad !== undefined) done(refusal(hostname, bad.address), '', 0);
    else if (options.all === true) done(null, addresses);
    else if (first === undefined) done(new Error(`${hostname} has no address`), '', 0);
    else done(null, first.address, first.family);
  });
};

const errorText = (cause: unknown, timeoutMs: Ms): string => {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (cause instanceof AggregateError && cause.message === '')
    return cause.errors.map((each) => errorText(each, timeoutMs)).join('; ');
  return cause.message;
};

/** Posts webhooks over HTTP: a deadline for the whole attempt, no redirect is followed, an answer is read up to 16 KiB. */
export const createWebhookSender = (): WebhookSender => {
  const agent = new Agent({
    connect: { lookup: safeLookup },
    keepAliveTimeout: 1000,
    maxResponseSize: ANSWER_BYTES,
  });
  const attempt = async (message: Post, signal: AbortSignal): Promise<Posted> => {
    const { hostname } = new URL(message.url);
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isRefused(literal)) throw refusal(literal, literal);
    const { statusCode, headers, body } = await request(message.url, {
      method: 'POST',
      dispatcher: agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(message.timeoutMs)]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Quorate',
        'idempotency-key': message.key,
        ...(message.authorization === null ? {} : { authorization: message.authorization }),
      },
      body: message.body,
    });
    if (statusCode >= 200 && statusCode < 300) {
      await body.dump({ limit: ANSWER_BYTES });
      return { status: statusCode, error: null };
    }
    if (statusCode >= 300 && statusCode < 400) {
      await body.dump({ limit: ANSWER_BYTES });
      const where = headers.location === undefined ? '' : ` to ${String(headers.location)}`;
      return {
        status: statusCode,
        error: `answered ${statusCode}, a redirect${where}; give the final address`,
      };
    }
    const text = (await body.text().catch(() => '')).trim().replace(/\s+/g, ' ');
    return {
      status: statusCode,
      error: `answered ${statusCode}${text === '' ? '' : `: ${text.slice(0, SHOWN)}`}`,
    };
  };
  return {
    post: async (message, signal) => {
      try {
        return await attempt(message, signal);
      } catch (cause) {
        return { status: null, error: errorText(cause, message.timeoutMs) };
      }
    },
    close: () => agent.destroy(),
  };
};
