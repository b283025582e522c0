import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const LEAST_BYTES = 1024;
const gzipAsync = promisify(gzip);

/** Whether a client takes gzip (RFC 9110, section 12.5.3). */
const takesGzip = (request: Request): boolean =>
  (request.headers.get('accept-encoding') ?? '')
    .split(',')
    .some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding));

/** A text answer, compressed when it is long enough and the client takes that; Next compresses pages only. */
export const bodyResponse = async (
  request: Request,
  text: string,
  contentType: string,
  status = 200,
): Promise<Response> => {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store', vary: 'accept-encoding' };
  if (text.length <= LEAST_BYTES || !takesGzip(request)) return new Response(text, { status, headers });
  return new Response(new Uint8Array(await gzipAsync(text)), {
    status,
    headers: { ...headers, 'content-encoding': 'gzip' },
  });
};
