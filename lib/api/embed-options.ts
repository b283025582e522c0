import { renderText } from '#lib/i18n/render.ts';
import type { Lang } from '#lib/i18n/lang.ts';
import type { ClusterId, NodeId } from '#lib/model/node.ts';
import { parseDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';

import { Problem } from './problem.ts';
import type { ProblemCode } from './problem.ts';

/** What the address of an embed asks for. */
export interface EmbedOptions {
  readonly lang: Lang;
  readonly cluster: ClusterId | null;
  readonly node: NodeId | null;
  /** A PromQL expression, for charts. */
  readonly query: string | null;
  /** A past instant; null: now. */
  readonly at: Ms | null;
  readonly rangeMs: Ms;
  /** How often the panel asks again. */
  readonly refreshMs: Ms;
}

const EMBED_THEMES = ['light', 'dark', 'auto'] as const;
export type EmbedTheme = (typeof EMBED_THEMES)[number];

const RANGE_MS = 6 * 3_600_000;
const LEAST_RANGE_MS = 60_000;
const MOST_RANGE_MS = 31 * 86_400_000;
const REFRESH_MS = 10_000;
const LEAST_REFRESH_MS = 5000;
const MOST_REFRESH_MS = 86_400_000;

/** What every panel says of its picture. */
export const frameOf = ({ at, rangeMs }: EmbedOptions, shown: string) => ({
  at: shown,
  past: at !== null,
  rangeMs,
});

type Params = Readonly<Record<string, string>>;

/** A problem whose message is the sentence that the panel shows, in the reader's language. */
export const embedProblem = (
  code: ProblemCode,
  sentence: string,
  params: Params,
  lang: Lang,
  field?: string,
): Problem => new Problem(code, renderText({ code: `embed.${sentence}`, params }, lang), field);

const badOption = (lang: Lang, field: string, value: string, wanted: string): Problem =>
  embedProblem('bad-request', 'bad-option', { field, value, wanted }, lang, field);

const durationOf = (
  query: URLSearchParams,
  lang: Lang,
  field: string,
  standard: Ms,
  [least, most]: readonly [Ms, Ms],
  wanted: string,
): Ms => {
  const text = query.get(field);
  if (text === null || text === '') return standard;
  const ms = parseDuration(text);
  if (ms === null || ms < least || ms > most) throw badOption(lang, field, text, wanted);
  return ms;
};

const instantOf = (query: URLSearchParams, lang: Lang): Ms | null => {
  const text = query.get('at');
  if (text === null || text === '') return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw badOption(lang, 'at', text, '2026-01-31T12:00:00Z');
  return at;
};

const named = (query: URLSearchParams, name: string): string | null => query.get(name) || null;

/** Reads what an embed shows from its address. Throws a problem in the reader's language. */
export const embedOptions = (query: URLSearchParams, lang: Lang): EmbedOptions => ({
  lang,
  cluster: named(query, 'cluster'),
  node: named(query, 'node'),
  query: named(query, 'query'),
  at: instantOf(query, lang),
  rangeMs: durationOf(query, lang, 'range', RANGE_MS, [LEAST_RANGE_MS, MOST_RANGE_MS], '1m … 31d'),
  refreshMs: durationOf(query, lang, 'refresh', REFRESH_MS, [LEAST_REFRESH_MS, MOST_REFRESH_MS], '5s … 1d'),
});

/** The theme of an embed: light unless its address says otherwise, never the host page's by itself. */
export const embedTheme = (query: URLSearchParams): EmbedTheme =>
  EMBED_THEMES.find((theme) => theme === query.get('theme')) ?? 'light';
