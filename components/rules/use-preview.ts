'use client';

import useSWR from 'swr';

import type { PreviewDto, PreviewRequestDto, RuleDraftDto } from '#lib/api/schema-rules.ts';
import { ApiError, ask } from '#lib/client/http.ts';

import type { ExprFault } from './promql-field.tsx';
import { useRested } from './use-rested.ts';

const REFRESH_MS = 10_000;
const POINTS = 600;
const LEAST_STEP_MS = 5000;

type Labels = Readonly<Record<string, string>>;

export interface Previewed {
  readonly preview: PreviewDto | undefined;
  readonly fault: ExprFault | null;
  /** An error with no place in the expression. */
  readonly error: string | null;
}

const faultOf = (error: unknown): ExprFault | null => {
  if (!(error instanceof ApiError) || error.problem === null || error.problem.field !== 'expr') return null;
  const { message, line = 1, column = 1 } = error.problem;
  return { message, line, column };
};

/** The request of a draft over the span that ends at an instant, the instant rounded so that a second is not a new question. */
const requestOf = (
  draft: RuleDraftDto,
  groupLabels: Labels,
  spanMs: number,
  end: number,
): PreviewRequestDto => ({
  kind: draft.kind,
  name: draft.name,
  expr: draft.expr,
  forMs: draft.forMs,
  keepFiringForMs: draft.keepFiringForMs,
  labels: { ...groupLabels, ...draft.labels },
  from: new Date(end - spanMs).toISOString(),
  to: new Date(end).toISOString(),
  stepMs: Math.max(LEAST_STEP_MS, Math.ceil(spanMs / POINTS / 1000) * 1000),
});

/**
 * What the server says of a draft: at the end of the span and over it. Asked when typing rests, and every ten seconds.
 * @param groupLabels what the draft's group adds
 * @param now the page's instant; 0 while it is not known
 */
export const usePreview = (
  draft: RuleDraftDto | null,
  groupLabels: Labels,
  spanMs: number,
  now: number,
): Previewed => {
  const rested = useRested(draft);
  const end = Math.floor(now / REFRESH_MS) * REFRESH_MS;
  const request =
    rested === null || rested.expr.trim() === '' || now === 0
      ? null
      : requestOf(rested, groupLabels, spanMs, end);
  const { data, error } = useSWR<PreviewDto, Error>(
    request === null ? null : ['/api/rules/preview', JSON.stringify(request)],
    () => ask<PreviewDto>('POST', '/api/rules/preview', request),
    { keepPreviousData: true, shouldRetryOnError: false, revalidateOnFocus: false },
  );
  if (request === null) return { preview: undefined, fault: null, error: null };
  const fault = error === undefined ? null : faultOf(error);
  return {
    preview: error === undefined ? data : undefined,
    fault,
    error: error === undefined || fault !== null ? null : error.message,
  };
};
