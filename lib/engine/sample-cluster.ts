import path from 'node:path';

import { startSampleCluster } from '#demo/supervisor.ts';
import type { SampleCluster, SampleConfig } from '#demo/supervisor.ts';
import { OPEN_ACCESS } from '#lib/model/access.ts';
import { say } from '#lib/model/text.ts';

import type { Config } from './config/config.ts';
import type { MainEvent } from './main-event.ts';
import type { DemoControl, FaultCommand } from './slot.ts';

const MAX_SILENCE_MS = 8000;
const SCRAPE_MS = 5000;
const LIMITS = { bodyBytes: 64 * 1024 * 1024, samples: 0, labels: 0, labelName: 0, labelValue: 0 } as const;

/** The user's configuration with the sample cluster beside it. */
export const withSample = (config: Config, sample: SampleConfig): Config => ({
  ...config,
  clusters: [
    ...config.clusters,
    ...sample.clusters.map((cluster) => ({
      ...cluster,
      scheme: 'http' as const,
      access: OPEN_ACCESS,
      seeds: [],
      members: cluster.members.map((member) => ({ ...member })),
    })),
  ],
  heartbeats: [
    ...config.heartbeats,
    {
      name: sample.heartbeats.job,
      intervalMs: 1000,
      timeoutMs: 1000,
      pull: { kind: 'http' as const, scheme: 'http' as const, path: '/heartbeat', status: [200] },
      push: null,
      groups: sample.heartbeats.nodes.map(({ node, address, zone, host }) => ({
        targets: [address],
        labels: { node, zone, host },
      })),
      files: [],
    },
  ],
  scrapes: [
    ...config.scrapes,
    ...[...new Set(sample.scrapeTargets.map((target) => target.job))].map((job) => ({
      name: job,
      intervalMs: SCRAPE_MS,
      timeoutMs: SCRAPE_MS,
      scheme: 'http' as const,
      path: '/metrics',
      params: {},
      honorLabels: false,
      compression: true,
      fallbackProtocol: null,
      access: OPEN_ACCESS,
      limits: LIMITS,
      groups: sample.scrapeTargets
        .filter((target) => target.job === job)
        .map(({ address, labels }) => ({ targets: [address], labels: { ...labels } })),
      files: [],
    })),
  ],
  detection: { ...config.detection, maxSilenceMs: MAX_SILENCE_MS },
});

export interface SampleHost extends DemoControl {
  config(): SampleConfig | null;
  /** Resolves when none of its processes is left. */
  stop(): Promise<void>;
}

/** The sample cluster as the product runs it: its faults are events like everything else. */
export const createSampleHost = (options: {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onChange: () => Promise<void>;
  readonly record: (event: MainEvent) => void;
}): SampleHost => {
  let cluster: SampleCluster | null = null;
  let starting: Promise<void> | null = null;
  const tell = (kind: 'fault.injected' | 'fault.healed', command: FaultCommand): void =>
    options.record({
      kind,
      severity: 'info',
      node: command.node,
      title: say(kind, {
        kind: command.kind,
        node: command.peer === undefined ? command.node : `${command.node} – ${command.peer}`,
      }),
      detail: {
        kind: command.kind,
        node: command.node,
        peer: command.peer ?? null,
        direction: command.direction ?? null,
      },
      actor: 'local',
    });
  const running = (): SampleCluster => {
    if (cluster === null) throw new Error('the sample cluster is not running');
    return cluster;
  };
  const start = async (): Promise<void> => {
    cluster = await startSampleCluster({
      dir: path.join(options.folder, 'sample'),
      log: (line) => console.log(line),
      signal: options.signal,
    });
    await options.onChange();
  };
  return {
    config: () => cluster?.config() ?? null,
    describe: () => cluster?.describe() ?? null,
    start: async () => {
      if (cluster !== null) return;
      starting ??= start().finally(() => {
        starting = null;
      });
      await starting;
    },
    inject: async (command) => {
      const id = await running().inject(command);
      tell('fault.injected', command);
      return id;
    },
    heal: async (id) => {
      const fault = running()
        .describe()
        .faults.find((each) => each.id === id);
      await running().heal(id);
      if (fault !== undefined) tell('fault.healed', fault);
    },
    healAll: async () => {
      const { faults } = running().describe();
      await running().healAll();
      for (const fault of faults) tell('fault.healed', fault);
    },
    stop: async () => {
      await starting?.catch(() => undefined); // a start that is interrupted takes its processes away itself
      await cluster?.stop();
    },
  };
};
