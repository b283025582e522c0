'use client';

import useSWR from 'swr';

import type { RuleDraftDto, RuleTestsDto } from '#lib/api/schema-rules.ts';
import { ApiError, ask } from '#lib/client/http.ts';

import type { ExprFault } from './promql-field.tsx';
import { useRested } from './use-rested.ts';

export interface Tested {
  /** Null: there are no tests, or they have not run. */
  readonly tests: RuleTestsDto['tests'] | null;
  /** What is wrong with the tests themselves. */
  readonly fault: ExprFault | null;
}

const faultOf = (error: Error): ExprFault => {
  const { line = 1, column = 1 } = (error instanceof ApiError ? error.problem : null) ?? {};
  return { message: error.message, line, column };
};

/** How many tests hold. */
export const passed = (tests: RuleTestsDto['tests']): number =>
  tests.filter(({ failures }) => failures.length === 0).length;

/**
 * What a draft's unit tests come to, asked when typing rests.
 * @param id of the rule that is edited; null: a new one
 * @param settings what the draft's group says: it belongs to the question
 */
export const useTests = (draft: RuleDraftDto, id: string | null, settings: unknown): Tested => {
  const rested = useRested(draft);
  const isAsked = rested.tests !== '' && rested.expr.trim() !== '' && rested.name !== '';
  const { data, error } = useSWR<RuleTestsDto, Error>(
    isAsked ? ['/api/rules/test', JSON.stringify([rested, id, settings])] : null,
    () => ask<RuleTestsDto>('POST', '/api/rules/test', { ...rested, id }),
    { keepPreviousData: true, shouldRetryOnError: false, revalidateOnFocus: false },
  );
  if (!isAsked) return { tests: null, fault: null };
  return error === undefined
    ? { tests: data?.tests ?? null, fault: null }
    : { tests: null, fault: faultOf(error) };
};
