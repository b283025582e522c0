/** Once the store was ready it is not asked again: what goes wrong later is told by the route, in its envelope. */
let wasReady = false;

/**
 * What Prometheus answers on every route of its API before its store is ready, in plain text; null: the route may answer.
 * @param isReady whether the store is ready now
 */
export const unready = async (pathname: string, isReady: () => Promise<boolean>): Promise<string | null> => {
  if (wasReady || !pathname.startsWith('/api/v1/')) return null;
  wasReady = await isReady().catch(() => false); // its thread does not answer yet
  return wasReady ? null : 'Service Unavailable';
};
