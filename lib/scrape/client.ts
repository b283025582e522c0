import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

import { Client } from 'undici';

import { tlsOptions } from '#lib/model/access.ts';
import type { Access } from '#lib/model/access.ts';
import type { Ms } from '#lib/model/time.ts';
import { withPlace } from '#lib/network/with-place.ts';

/** What one request gave. `body` is decompressed. */
export type HttpResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly contentType: string | null;
      readonly body: Uint8Array;
    }
  | { readonly ok: false; readonly error: string };

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Counted after decompression; reading stops there. */
  readonly maxBytes: number;
}

/** A request on its way; `expire` ends it with an error that names the phase. */
export interface PendingRequest {
  expire(): void;
}

/** A GET-only client of one target over a kept connection. Its deadline is the caller's timer. */
export interface HttpClient {
  get(request: HttpRequest, done: (result: HttpResult) => void): PendingRequest;
  close(): void;
}

const SYNC_GUNZIP_BYTES = 1024 * 1024;
const gunzipAsync = promisify(gunzip);

const headerOf = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | null => {
  const value = headers[name];
  return Array.isArray(value) ? (value[0] ?? null) : (value ?? null);
};

const inflate = async (body: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
  body.length <= SYNC_GUNZIP_BYTES
    ? gunzipSync(body, { maxOutputLength: maxBytes, chunkSize: 65_536 })
    : gunzipAsync(body, { maxOutputLength: maxBytes });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const tooLarge = (maxBytes: number): string =>
  `body is larger than ${maxBytes} bytes; raise body_size_limit or shrink what the target exposes`;

/** The client by undici, one connection per target. */
export const createUndiciClient = (origin: string, access: Access, now: () => Ms): HttpClient => {
  let client: Client | null = null;
  const open = (): Client =>
    new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: 120_000,
      keepAliveMaxTimeout: 600_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 0, autoSelectFamily: false, ...tlsOptions(access) },
    });
  const drop = (): void => {
    const old = client;
    client = null;
    old?.destroy().catch(() => undefined);
  };
  return {
    get: (request, done) => {
      const host = request.url.host;
      const startedAt = now();
      let phase = 'connect';
      let status = 0;
      let headers: Readonly<Record<string, string | string[] | undefined>> = {};
      let bytes = 0;
      let settled = false;
      const parts: Uint8Array[] = [];
      const settle = (result: HttpResult): void => {
        if (settled) return;
        settled = true;
        done(result);
      };
      const finish = async (): Promise<void> => {
        const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
        const contentType = headerOf(headers, 'content-type');
        if (headerOf(headers, 'content-encoding') !== 'gzip') {
          settle({ ok: true, status, contentType, body: whole });
          return;
        }
        try {
          settle({ ok: true, status, contentType, body: await inflate(whole, request.maxBytes) });
        } catch (cause) {
          const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : null;
          settle({
            ok: false,
            error:
              code === 'ERR_BUFFER_TOO_LARGE'
                ? tooLarge(request.maxBytes)
                : `gzip body of ${host} is damaged: ${messageOf(cause)}`,
          });
        }
      };
      client ??= open();
      const used = client;
      used.dispatch(
        {
          method: 'GET',
          path: `${request.url.pathname}${request.url.search}`,
          headers:
            access.authorization === null
              ? request.headers
              : { ...request.headers, authorization: access.authorization },
        },
        {
          onRequestStart: () => {
            phase = 'first byte';
          },
          onResponseStart: (_controller, code, received) => {
            phase = 'body';
            status = code;
            headers = received;
          },
          onResponseData: (_controller, chunk) => {
            bytes += chunk.length;
            if (settled) return;
            if (bytes <= request.maxBytes) {
              parts.push(chunk);
              return;
            }
            settle({ ok: false, error: tooLarge(request.maxBytes) });
            if (client === used) drop();
          },
          onResponseEnd: () => void finish(),
          onResponseError: (_controller, error) => {
            if (client === used && !settled) drop();
            settle({
              ok: false,
              error: withPlace(
                `${phase === 'connect' ? 'connect to' : 'reading from'} ${host}`,
                messageOf(error),
              ),
            });
          },
        },
      );
      return {
        expire: () => {
          if (settled) return;
          const after = `after ${((now() - startedAt) / 1000).toFixed(1)} s`;
          const expected = headerOf(headers, 'content-length');
          settle({
            ok: false,
            error:
              phase === 'body'
                ? `body stopped at ${bytes} bytes${expected === null ? '' : ` of ${expected}`} ${after}`
                : phase === 'first byte'
                  ? `no first byte from ${host} ${after}`
                  : `no connection to ${host} ${after}`,
          });
          if (client === used) drop();
        },
      };
    },
    close: drop,
  };
};
