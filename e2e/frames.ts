import { startSite } from './servers.ts';
import type { Site } from './servers.ts';

/** What each panel shows once it has its data: an element that only the right content has. */
export const PANELS: Readonly<Record<string, { readonly query: string; readonly shows: string }>> = {
  overview: { query: '', shows: '[data-cluster="kv"]' },
  cluster: { query: 'cluster=kv', shows: '.panel-axis' },
  topology: { query: 'cluster=kv', shows: '[data-testid="map"]' },
  suspicion: { query: 'node=kv-1&range=5m', shows: '.recharts-line path' },
  leader: { query: 'cluster=kv&range=5m', shows: '[role="group"] li' },
  alerts: { query: '', shows: '.panel-value' },
  chart: { query: 'query=quorate_node_suspicion_phi&range=5m', shows: '.recharts-line path' },
};
export const PANEL_NAMES = Object.keys(PANELS);

export const embedAddress = (panel: string, more = ''): string =>
  `/embed/${panel}?${[PANELS[panel]?.query, 'lang=en', 'refresh=5s', more].filter(Boolean).join('&')}`;

/** The ways a page may frame us. `site` says from where, `sandbox` what it lets the frame do; null: everything. */
export const KINDS = {
  'same site': { site: 'sameSite', sandbox: null },
  'cross site': { site: 'crossSite', sandbox: null },
  'sandbox allow-scripts': { site: 'crossSite', sandbox: 'allow-scripts' },
  'sandbox allow-scripts allow-same-origin': {
    site: 'crossSite',
    sandbox: 'allow-scripts allow-same-origin',
  },
} as const;
export type Kind = keyof typeof KINDS;

const frame = (address: string, sandbox: string | null): string =>
  `<iframe src="${address.replaceAll('&', '&amp;')}" width="640" height="240" title="panel"${sandbox === null ? '' : ` sandbox="${sandbox}"`}></iframe>`;

/** A page with frames. */
export const hostPage = (addresses: readonly string[], sandbox: string | null): string =>
  `<!doctype html><html lang="en"><title>Host</title><body>${addresses.map((address) => frame(address, sandbox)).join('\n')}</body></html>`;

const slug = (kind: Kind): string => `/${kind.replaceAll(' ', '-')}`;

/** A site with one page for each way of framing, all seven panels in each. @returns the site, and where its pages stand */
export const startHost = async (): Promise<{
  site: Site;
  fill(product: string): void;
  page(kind: Kind): string;
}> => {
  const site = await startSite();
  return {
    site,
    fill: (product) => {
      for (const kind of Object.keys(KINDS) as Kind[])
        site.put(
          slug(kind),
          hostPage(
            PANEL_NAMES.map((panel) => product + embedAddress(panel)),
            KINDS[kind].sandbox,
          ),
        );
    },
    page: (kind) => site[KINDS[kind].site] + slug(kind),
  };
};
