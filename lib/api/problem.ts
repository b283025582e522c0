import type { ProblemDto } from './schema.ts';

const STATUS = {
  'bad-request': 400,
  'fault-kind-not-built': 400,
  'foreign-origin': 403,
  'not-found': 404,
  conflict: 409,
  'read-only': 409,
  'version-mismatch': 412,
  'version-missing': 428,
  'bad-matcher': 400,
  'too-large': 413,
  'not-json': 415,
  'not-ready': 503,
  unavailable: 503,
  internal: 500,
} as const;
export type ProblemCode = keyof typeof STATUS;

/** An error with a place in the API: the one map from code to HTTP status. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;
  /** Where in the field's text, from 1. */
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(code: ProblemCode, message: string, field?: string, place?: Problem['place']) {
    super(message);
    this.code = code;
    this.field = field;
    this.place = place && { line: place.line, column: place.column };
  }
}

const isProblemCode = (code: unknown): code is ProblemCode => typeof code === 'string' && code in STATUS;

/** What any thrown thing means to a client. Unknown errors say nothing of our insides but their message. */
export const problemOf = (cause: unknown): { status: number; body: ProblemDto } => {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const known: ProblemCode = isProblemCode(code)
    ? code
    : code === 'deadline' || code === 'thread-dead'
      ? 'unavailable'
      : 'internal';
  const message = cause instanceof Error ? cause.message : String(cause);
  const field = cause instanceof Problem ? cause.field : undefined;
  const place = cause instanceof Problem ? cause.place : undefined;
  return {
    status: STATUS[known],
    body: { code: known, message, ...(field === undefined ? {} : { field }), ...place },
  };
};

/** Runs a handler's work and answers with its JSON, or with the problem it threw. */
export const respond = async (work: () => Promise<unknown>, status = 200): Promise<Response> => {
  try {
    const body = await work();
    return body === undefined
      ? new Response(null, { status: 204 })
      : Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
  } catch (cause) {
    const problem = problemOf(cause);
    return Response.json(problem.body, { status: problem.status, headers: { 'cache-control': 'no-store' } });
  }
};
