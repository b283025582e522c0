/** A text answer. Compression is the server's: it does it for every client that takes it. */
export const bodyResponse = (text: string, contentType: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
