import { ProblemSchema } from '#lib/api/schema.ts';

/** What went wrong, in the server's own words. */
const problemOf = async (response: Response): Promise<Error> => {
  const body: unknown = await response.json().catch(() => null);
  return new Error(ProblemSchema.safeParse(body).data?.message ?? `${response.url}: ${response.status}`);
};

/** GETs JSON of our own API. */
export const getJson = async <T>(path: string, options: RequestInit = {}): Promise<T> => {
  const response = await fetch(path, options);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T; // same build on both ends
};

/** Changes something; the answer's body is not read. */
export const send = async (
  method: 'POST' | 'DELETE',
  path: string,
  body: unknown = undefined,
): Promise<void> => {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await problemOf(response);
};
