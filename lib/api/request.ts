import { z } from 'zod';

import { LANGS } from '#lib/i18n/lang.ts';
import type { Lang } from '#lib/i18n/lang.ts';

import { Problem } from './problem.ts';

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** The first of a list of language tags that we speak. */
export const langIn = (tags: string): Lang | null => {
  const wanted = tags.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return LANGS.find((lang) => lang === wanted.find((tag) => LANGS.some((known) => known === tag))) ?? null;
};

/** The reader's language: `?lang`, else the best of Accept-Language, else English. */
export const langOf = (request: Request): Lang =>
  langIn(new URL(request.url).searchParams.get('lang') ?? request.headers.get('accept-language') ?? '') ??
  'en';

export const queryOf = (request: Request): URLSearchParams => new URL(request.url).searchParams;

/** A whole number within bounds from the query; absent gives the default. */
export const countOf = (request: Request, name: string, standard: number, most: number): number => {
  const text = queryOf(request).get(name);
  if (text === null) return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Problem('bad-request', `${name}: "${text}" is not a whole number from 1 to ${most}`, name);
  return value;
};

/** A body as text, up to 4 MiB. */
export const textOf = async (request: Request): Promise<string> => {
  const reader = request.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > BODY_LIMIT_BYTES) {
      await reader.cancel();
      throw new Problem('too-large', `the body is larger than ${BODY_LIMIT_BYTES} bytes`);
    }
    chunks.push(value);
  }
  return new TextDecoder('utf-8', { fatal: false }).decode(Buffer.concat(chunks));
};

/** Parses a JSON body into a type; an empty body is `{}`. Throws a problem that names the field. */
export const bodyOf = async <T>(request: Request, schema: z.ZodType<T>): Promise<T> => {
  const text = await textOf(request);
  let json: unknown = {};
  try {
    if (text !== '') json = JSON.parse(text);
  } catch (cause) {
    throw new Problem(
      'bad-request',
      `the body is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new Problem('bad-request', `${field === '' ? 'body' : field}: ${issue?.message ?? 'invalid'}`, field);
};

/**
 * The version that a change is made upon, from `If-Match`: `"3"`; `*` stands for any.
 * @returns null for any
 */
export const versionOf = (request: Request): number | null => {
  const text = request.headers.get('if-match');
  if (text === null)
    throw new Problem('version-missing', 'send If-Match with the version that you read, as in If-Match: "3"');
  if (text.trim() === '*') return null;
  const number = /^(?:W\/)?"?(\d+)"?$/.exec(text.trim())?.[1];
  if (number === undefined) throw new Problem('bad-request', `If-Match: ${text} is no version`);
  return Number(number);
};

/** Our own mutations take JSON only: a foreign page's form cannot send it without asking first. */
export const requireJson = (request: Request): void => {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new Problem('not-json', 'send the body as content-type: application/json');
};
