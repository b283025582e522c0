import type { z } from 'zod';

type Method = 'get' | 'post' | 'put' | 'delete';

/** A route: what it takes and what it answers. */
export interface Operation {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The query's parameters may be sent as a form. */
  readonly form?: boolean;
  readonly body?: z.ZodType;
  /** Null: the answer has no body (204); a string: a body that is not JSON, by media type. */
  readonly answer: z.ZodType | string | null;
}
