import { Agent, request } from 'undici';

import type { Ms } from '#lib/model/time.ts';

/** One HTTP answer, or why there is none. */
export type Answer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly contentType: string;
      readonly body: Uint8Array;
      readonly rttMs: number;
    }
  | { readonly ok: false; readonly error: string };

export interface Question {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body: string | null;
  readonly timeoutMs: Ms;
  readonly maxBytes: number;
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.message === '' && error.cause instanceof Error ? error.cause.message : error.message;
};

/** Asks once over a connection of its own and follows no redirect. Never throws. */
export const askOnce = async (question: Question, agent: Agent, now: () => Ms): Promise<Answer> => {
  const began = now();
  try {
    const response = await request(question.url, {
      method: question.method,
      dispatcher: agent,
      signal: AbortSignal.timeout(question.timeoutMs),
      headers: {
        'user-agent': 'Quorate',
        ...(question.body === null ? {} : { 'content-type': 'application/json' }),
      },
      body: question.body,
    });
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body) {
      const chunk = part as Uint8Array; // undici's bodies are bytes
      bytes += chunk.length;
      if (bytes > question.maxBytes) {
        response.body.destroy();
        return { ok: false, error: `the body is larger than ${question.maxBytes} bytes` };
      }
      parts.push(chunk);
    }
    const type = response.headers['content-type'];
    return {
      ok: true,
      status: response.statusCode,
      contentType: String(Array.isArray(type) ? type[0] : (type ?? '')),
      body: Buffer.concat(parts),
      rttMs: now() - began,
    };
  } catch (cause) {
    return { ok: false, error: messageOf(cause) };
  }
};
