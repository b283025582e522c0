const STATUS = {
  bad_data: 400,
  not_found: 404,
  execution: 422,
  canceled: 499,
  internal: 500,
  timeout: 503,
  unavailable: 503,
} as const;
export type ErrorType = keyof typeof STATUS;

/** An error with Prometheus's name for its kind; its message is what Prometheus says (its documentation, "HTTP API"). */
export class ApiError extends Error {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** One parameter is wrong. */
export const invalidParameter = (name: string, message: string): ApiError =>
  new ApiError('bad_data', `invalid parameter "${name}": ${message}`);

/** What a route has to say on success. `data` is JSON already, as text or in UTF-8: instants keep their three decimals. */
export interface Answer {
  readonly data: string | Uint8Array;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const NOT_READY = new Set(['not-ready', 'unavailable', 'thread-dead']);

const codeOf = (cause: unknown): unknown =>
  cause instanceof Error && 'code' in cause ? cause.code : undefined;

/** Whether a thrown thing means that the engine or its store is not there at the moment. */
export const isNotReady = (cause: unknown): boolean => {
  const code = codeOf(cause);
  return typeof code === 'string' && NOT_READY.has(code);
};

const errorOf = (cause: unknown): ApiError => {
  if (cause instanceof ApiError) return cause;
  // Before the store is ready the proxy answers, in plain text; this is said when its thread died since.
  if (isNotReady(cause)) return new ApiError('unavailable', 'Service Unavailable');
  if (codeOf(cause) === 'deadline')
    return new ApiError('timeout', 'query timed out in expression evaluation');
  return new ApiError('internal', cause instanceof Error ? cause.message : String(cause));
};

const list = (name: string, texts: readonly string[] | undefined): string =>
  texts === undefined || texts.length === 0 ? '' : `,"${name}":${JSON.stringify(texts)}`;

const bytesOf = (data: Answer['data']): Uint8Array => (typeof data === 'string' ? Buffer.from(data) : data);

/**
 * Runs a route's work and answers in Prometheus's envelope. No `access-control-allow-origin`: until there are accounts, a
 * page of another origin must not read what is watched here. Next compresses it, since `next.config.mjs` names its type.
 */
export const respondPrometheus = async (work: () => Promise<Answer>): Promise<Response> => {
  try {
    const { data, warnings, infos } = await work();
    const end = `${list('warnings', warnings)}${list('infos', infos)}}`;
    const body = Buffer.concat([Buffer.from('{"status":"success","data":'), bytesOf(data), Buffer.from(end)]);
    return new Response(body, { headers: HEADERS });
  } catch (cause) {
    const { type, message } = errorOf(cause);
    const text = JSON.stringify({ status: 'error', errorType: type, error: message });
    return new Response(text, { status: STATUS[type], headers: HEADERS });
  }
};
