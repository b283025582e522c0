import { ProblemSchema } from '#lib/api/schema.ts';
import type { ProblemDto } from '#lib/api/schema.ts';

/** What went wrong, in the server's own words, with its place where there is one. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: ProblemDto | null;

  constructor(status: number, problem: ProblemDto | null, message: string) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

const problemOf = async (response: Response): Promise<ApiError> => {
  const body: unknown = await response.json().catch(() => null);
  const problem = ProblemSchema.safeParse(body).data ?? null;
  return new ApiError(response.status, problem, problem?.message ?? `${response.url}: ${response.status}`);
};

/** GETs JSON of our own API. */
export const getJson = async <T>(path: string, options: RequestInit = {}): Promise<T> => {
  const response = await fetch(path, options);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T; // same build on both ends
};

type Method = 'POST' | 'PUT' | 'DELETE';

const change = async (
  method: Method,
  path: string,
  body: unknown,
  headers: HeadersInit,
): Promise<Response> => {
  const response = await fetch(path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
};

/** Changes something; the answer's body is not read. */
export const send = async (
  method: Method,
  path: string,
  body: unknown = undefined,
  headers: HeadersInit = {},
): Promise<void> => {
  await change(method, path, body, headers);
};

/** Changes or asks something whose answer is JSON. */
export const ask = async <T>(
  method: Method,
  path: string,
  body: unknown = undefined,
  headers: HeadersInit = {},
): Promise<T> => (await (await change(method, path, body, headers)).json()) as T; // same build on both ends
