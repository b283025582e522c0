/**
 * A text answer, not compressed: Next takes `content-encoding` from the answers of handlers, so bytes that a handler
 * compressed would arrive unreadable.
 */
export const bodyResponse = (text: string, contentType: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
