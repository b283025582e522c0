import { request } from 'undici';

import type { Ms } from '#lib/model/time.ts';
import { createGuardedAgent } from '#lib/network/guarded-agent.ts';

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
  /** How long the receiver wants to be left alone (RFC 9110, "Retry-After", in seconds); null: it did not say. */
  readonly retryAfterMs: Ms | null;
}

export interface WebhookSender {
  /** Never throws: what goes wrong is the answer. */
  post(message: Post, signal: AbortSignal): Promise<Posted>;
  close(): Promise<void>;
}

const ANSWER_BYTES = 16 * 1024;
const SHOWN = 200;

const errorText = (cause: unknown, timeoutMs: Ms): string => {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  if (cause instanceof AggregateError && cause.message === '')
    return cause.errors.map((each) => errorText(each, timeoutMs)).join('; ');
  return cause.message;
};

/** Who the address itself names, as in `http://user:password@host/`; null: nobody. */
const userOf = (url: string): string | null => {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return null;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(user).toString('base64')}`;
};

const retryAfterOf = (header: string | string[] | undefined): Ms | null =>
  typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : null;

/** Posts webhooks over HTTP: a deadline for the whole attempt, no redirect is followed, an answer is read up to 16 KiB. */
export const createWebhookSender = (): WebhookSender => {
  const agent = createGuardedAgent({ keepAliveTimeout: 1000, maxResponseSize: ANSWER_BYTES });
  const attempt = async (message: Post, signal: AbortSignal): Promise<Posted> => {
    const authorization = message.authorization ?? userOf(message.url);
    const { statusCode, headers, body } = await request(message.url, {
      method: 'POST',
      dispatcher: agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(message.timeoutMs)]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Quorate',
        'idempotency-key': message.key,
        ...(authorization === null ? {} : { authorization }),
      },
      body: message.body,
    });
    if (statusCode >= 200 && statusCode < 300) {
      await body.dump({ limit: ANSWER_BYTES });
      return { status: statusCode, error: null, retryAfterMs: null };
    }
    if (statusCode >= 300 && statusCode < 400) {
      await body.dump({ limit: ANSWER_BYTES });
      const where = headers.location === undefined ? '' : ` to ${String(headers.location)}`;
      return {
        status: statusCode,
        error: `answered ${statusCode}, a redirect${where}; give the final address`,
        retryAfterMs: null,
      };
    }
    const text = (await body.text().catch(() => '')).trim().replace(/\s+/g, ' ');
    return {
      status: statusCode,
      error: `answered ${statusCode}${text === '' ? '' : `: ${text.slice(0, SHOWN)}`}`,
      retryAfterMs: retryAfterOf(headers['retry-after']),
    };
  };
  return {
    post: async (message, signal) => {
      try {
        return await attempt(message, signal);
      } catch (cause) {
        return { status: null, error: errorText(cause, message.timeoutMs), retryAfterMs: null };
      }
    },
    close: () => agent.destroy(),
  };
};
