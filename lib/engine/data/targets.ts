import type { ScrapeTarget } from '#lib/scrape/target.ts';

import type { Config, ScrapeJob, TargetGroup } from '../config/config.ts';

const targetOf = (job: ScrapeJob, address: string, group: TargetGroup): ScrapeTarget => {
  const meta = Object.fromEntries(Object.entries(group.labels).filter(([name]) => name.startsWith('__')));
  const own = Object.fromEntries(Object.entries(group.labels).filter(([name]) => !name.startsWith('__')));
  const url = new URL(`${job.scheme}://${address}${job.path}`);
  for (const [name, values] of Object.entries(job.params))
    for (const value of values) url.searchParams.append(name, value);
  const { name, intervalMs, timeoutMs, honorLabels, compression, fallbackProtocol, access, limits } = job;
  return {
    job: name,
    url: url.href,
    labels: { instance: address, job: name, ...own },
    discoveredLabels: {
      __address__: address,
      __metrics_path__: job.path,
      __scheme__: job.scheme,
      job: name,
      ...meta,
      ...own,
    },
    intervalMs,
    timeoutMs,
    honorLabels,
    compression,
    fallbackProtocol,
    access,
    limits,
  };
};

/**
 * Everything to scrape under a configuration; a target that is named twice is scraped once.
 * @param found the targets of file discovery, by job
 */
export const targetsOf = (
  config: Config,
  found: ReadonlyMap<string, readonly TargetGroup[]>,
): ScrapeTarget[] => {
  const targets = new Map<string, ScrapeTarget>();
  for (const job of config.scrapes)
    for (const group of [...job.groups, ...(found.get(job.name) ?? [])])
      for (const address of group.targets) {
        if (!URL.canParse(`${job.scheme}://${address}${job.path}`)) continue;
        const target = targetOf(job, address, group);
        targets.set(`${target.job}\u0000${target.url}\u0000${JSON.stringify(target.labels)}`, target);
      }
  return [...targets.values()];
};
