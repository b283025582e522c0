/** The pages that panels come from: at the instant that the panel shows. */
const page = (path: string, past: string | null, query: Readonly<Record<string, string>> = {}): string => {
  const search = new URLSearchParams({ ...query, ...(past === null ? {} : { at: past }) }).toString();
  return search === '' ? path : `${path}?${search}`;
};

/** The instant that a panel's link carries on; null: now. */
export const pastOf = (data: { readonly past: boolean; readonly at: string }): string | null =>
  data.past ? data.at : null;

export const overviewPage = (past: string | null): string => page('/', past);
export const topologyPage = (cluster: string, past: string | null): string =>
  page('/topology', past, { cluster });
export const consensusPage = (cluster: string, past: string | null): string =>
  page(`/clusters/${encodeURIComponent(cluster)}`, past);
export const nodePage = (node: string, past: string | null): string =>
  page(`/nodes/${encodeURIComponent(node)}`, past);
export const nodesPage = (past: string | null): string => page('/nodes', past);
export const alertsPage = (past: string | null): string => page('/alerts', past);
