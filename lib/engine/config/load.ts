import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';

import { listsMembers } from '#lib/consensus/adapter.ts';
import { ADAPTERS } from '#lib/consensus/adapters/registry.ts';
import { toNodeId } from '#lib/model/node.ts';
import { formatDuration } from '#lib/model/time.ts';
import { offsetOf } from '#lib/rules/yaml-place.ts';

import { createAccessReader } from './access.ts';
import type { AccessReader } from './access.ts';
import type {
  ClusterConfig,
  Config,
  ConfigProblem,
  FileDiscovery,
  HeartbeatJob,
  ScrapeJob,
} from './config.ts';
import { notifyConfig } from './notify.ts';
import { detectionKeys, globalKeys, INERT, rootKeys } from './schema.ts';

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly ConfigProblem[];
      /** Files with credentials that it was read with. */
      readonly files: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

type Root = z.infer<typeof rootKeys>;
type Path = readonly PropertyKey[];

const DEFAULT_BODY_BYTES = 64 * 1024 * 1024;
const DEFAULT_SAMPLES = 1_000_000;
const RETENTION_MS = 15 * 86_400_000;
const EVALUATION_MS = 60_000;

/** Where a path stands in the text: at its key when the key is there, else at its nearest ancestor. */
const createPlaces =
  (document: Document, lines: LineCounter, file: string) =>
  (path: Path, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
type Places = ReturnType<typeof createPlaces>;

/** Takes the inert keys out of a parsed document, one warning for each kind of key. */
const setAsideInert = (document: Document, places: Places): ConfigProblem[] => {
  const warnings: ConfigProblem[] = [];
  const warned = new Set<string>();
  const sweep = (at: unknown, path: Path, name: string): void => {
    if (isSeq(at)) {
      at.items.forEach((item, index) => sweep(item, [...path, index], `${name}.*`));
      return;
    }
    if (!isMap(at)) return;
    for (const key of INERT[name] ?? []) {
      if (!at.has(key)) continue;
      const id = `${name}.${key}`;
      if (!warned.has(id))
        warnings.push(
          places([...path, key], `${key} is a setting of Prometheus that has no effect here yet`),
        );
      warned.add(id);
      at.delete(key);
    }
  };
  sweep(document.contents, [], '');
  for (const block of ['global', 'storage', 'scrape_configs']) sweep(document.get(block), [block], block);
  return warnings;
};

const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : `${text}${text === '' ? '' : '.'}${String(step)}`,
    '',
  );

const issueProblems = (issue: z.core.$ZodIssue, places: Places): ConfigProblem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      places(
        [...issue.path, key],
        `unknown key ${key}${issue.path.length === 0 ? '' : ` in ${pathText(issue.path)}`}; remove it or mend its spelling`,
      ),
    );
  return [places(issue.path, `${pathText(issue.path)}: ${issue.message}`)];
};

/** Names that must be unique within a list. */
const duplicates = (
  list: readonly { readonly name: string }[],
  block: string,
  what: string,
  places: Places,
): ConfigProblem[] => {
  const first = new Map<string, number>();
  return list.flatMap(({ name }, index) => {
    const before = first.get(name);
    first.set(name, before ?? index);
    if (before === undefined) return [];
    const { line } = places([block, before], '');
    return [
      places(
        [block, index],
        `${what} ${name} is defined twice, first at line ${line}; give each its own name`,
      ),
    ];
  });
};

const discovery = (
  list: readonly { files: readonly string[]; refresh_interval: number }[],
): FileDiscovery[] => list.map((entry) => ({ files: entry.files, refreshMs: entry.refresh_interval }));

const limit = (value: number, fallback: number): number => (value === 0 ? fallback : value);

/** What reading a configuration needs at every step. */
interface Reading {
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
  readonly places: Places;
  readonly access: AccessReader;
}

const scrapeJobs = (root: Root, { problems, places, access }: Reading): ScrapeJob[] => {
  const global = root.global ?? globalKeys.parse({});
  return (root.scrape_configs ?? []).map((job, index) => {
    const intervalMs = job.scrape_interval ?? global.scrape_interval;
    const timeoutMs = job.scrape_timeout ?? Math.min(global.scrape_timeout, intervalMs);
    if (timeoutMs > intervalMs)
      problems.push(
        places(
          ['scrape_configs', index, 'scrape_timeout'],
          `scrape_timeout ${formatDuration(timeoutMs)} is longer than scrape_interval ${formatDuration(intervalMs)} of job ${job.job_name}; make it shorter`,
        ),
      );
    return {
      name: job.job_name,
      intervalMs,
      timeoutMs,
      scheme: job.scheme,
      path: job.metrics_path,
      params: job.params,
      honorLabels: job.honor_labels,
      compression: job.enable_compression,
      fallbackProtocol: job.fallback_scrape_protocol === 'PrometheusText0.0.4' ? 'PrometheusText0.0.4' : null,
      access: access.read(job, ['scrape_configs', index]),
      limits: {
        bodyBytes: limit(job.body_size_limit, DEFAULT_BODY_BYTES),
        samples: limit(job.sample_limit, DEFAULT_SAMPLES),
        labels: limit(job.label_limit, 10_000),
        labelName: limit(job.label_name_length_limit, 65_536),
        labelValue: limit(job.label_value_length_limit, 1_048_576),
      },
      groups: job.static_configs,
      files: discovery(job.file_sd_configs),
    };
  });
};

const LISTING = ADAPTERS.filter(listsMembers).map((adapter) => adapter.id);

const seedProblems = (
  cluster: NonNullable<Root['clusters']>[number],
  index: number,
  { problems, places }: Reading,
): void => {
  const { name, seeds, members, system } = cluster;
  const tell = (key: string, message: string): void =>
    void problems.push(places(['clusters', index, key], message));
  if ((seeds === undefined) === (members === undefined))
    tell(
      seeds === undefined ? 'name' : 'seeds',
      `cluster ${name}: give seeds, whose answers list the members, or members, not ${seeds === undefined ? 'neither' : 'both'}`,
    );
  else if (seeds !== undefined && system !== 'auto' && !LISTING.includes(system))
    tell('seeds', `members of ${system} list nobody; give members, or a system of ${LISTING.join(', ')}`);
};

const clusterConfigs = (root: Root, reading: Reading): ClusterConfig[] =>
  (root.clusters ?? []).map((cluster, index) => {
    const { problems, places, access } = reading;
    seedProblems(cluster, index, reading);
    const seen = new Set<string>();
    const members = (cluster.members ?? []).map((member, at) => {
      const node = toNodeId(member.node ?? member.address);
      if (seen.has(node))
        problems.push(
          places(
            ['clusters', index, 'members', at],
            `member ${node} stands twice in cluster ${cluster.name}; remove one`,
          ),
        );
      seen.add(node);
      return { node, address: member.address, zone: member.zone ?? null, host: member.host ?? null };
    });
    const addresses = [...(cluster.seeds ?? []), ...members.map((member) => member.address)];
    for (const address of addresses)
      if (!URL.canParse(`${cluster.scheme}://${address}`) || address.includes('/'))
        problems.push(
          places(
            ['clusters', index],
            `${address} of cluster ${cluster.name} is no address; write host and port only, for example 10.0.0.1:2379`,
          ),
        );
    return {
      name: cluster.name,
      system: cluster.system,
      scheme: cluster.scheme,
      access: access.read(cluster, ['clusters', index]),
      seeds: cluster.seeds ?? [],
      members,
      electionTimeoutMs: cluster.election_timeout ?? null,
    };
  });

const heartbeatJobs = (root: Root, { problems, places }: Reading): HeartbeatJob[] =>
  (root.heartbeats ?? []).map((job, index) => {
    const ways = [job.pull, job.tcp ?? (job.tcp === null ? {} : undefined), job.push].filter(
      (way) => way !== undefined,
    );
    if (ways.length > 1)
      problems.push(
        places(
          ['heartbeats', index],
          `heartbeat job ${job.name}: give one of pull, tcp and push, not several`,
        ),
      );
    if (job.push === undefined && job.static_configs.length === 0 && job.file_sd_configs.length === 0)
      problems.push(
        places(
          ['heartbeats', index],
          `heartbeat job ${job.name} has no targets; give static_configs or file_sd_configs`,
        ),
      );
    return {
      name: job.name,
      intervalMs: job.interval,
      timeoutMs: job.timeout ?? Math.max(job.interval, 1000),
      pull:
        job.push !== undefined
          ? null
          : job.tcp !== undefined
            ? { kind: 'tcp' as const }
            : {
                kind: 'http' as const,
                scheme: job.pull?.scheme ?? 'http',
                path: job.pull?.path ?? '/',
                status: job.pull?.status ?? [200],
              },
      push: job.push === undefined ? null : { intervalMs: job.push.interval, closed: job.push.closed },
      groups: job.static_configs,
      files: discovery(job.file_sd_configs),
    };
  });

const assemble = (root: Root, file: string | null, reading: Reading): Config => {
  const { problems, warnings, places } = reading;
  const detection = root.detection ?? detectionKeys.parse({});
  const config: Config = {
    file,
    externalLabels: root.global?.external_labels ?? {},
    evaluationIntervalMs: root.global?.evaluation_interval ?? EVALUATION_MS,
    ruleFiles: root.rule_files ?? [],
    notify:
      root.notify == null
        ? null
        : notifyConfig(
            root.notify,
            (path, message) => problems.push(places(path, message)),
            (path, message) => warnings.push(places(path, message)),
          ),
    scrapes: scrapeJobs(root, reading),
    clusters: clusterConfigs(root, reading),
    heartbeats: heartbeatJobs(root, reading),
    detection: {
      budget: detection.budget,
      suspectAt: detection.suspect_at,
      maxSilenceMs: detection.max_silence,
      tolerateMs: detection.tolerate,
      preset: detection.preset,
    },
    storage: { path: root.storage?.path ?? null, retentionMs: root.storage?.retention?.time ?? RETENTION_MS },
    embed: { allowedOrigins: root.embed?.allowed_origins ?? [] },
    self: { externalUrl: root.self?.external_url ?? null, name: root.self?.name ?? null },
  };
  problems.push(
    ...duplicates(config.scrapes, 'scrape_configs', 'scrape job', places),
    ...duplicates(config.clusters, 'clusters', 'cluster', places),
    ...duplicates(config.heartbeats, 'heartbeats', 'heartbeat job', places),
  );
  const groups = new Set(config.clusters.map((cluster) => cluster.name));
  config.heartbeats.forEach((job, index) => {
    if (groups.has(job.name))
      problems.push(
        places(
          ['heartbeats', index],
          `heartbeat job ${job.name} has the name of a cluster; both would have the same page, rename one`,
        ),
      );
  });
  return config;
};

/**
 * Reads the text of a `quorate.yml` or `prometheus.yml`. Keys of Prometheus that have no effect yet give one warning
 * each; a key nobody knows, a wrong value or a duplicate name refuses the whole file, with line and column.
 * @param file its name in messages; null: no file was given
 */
export const loadConfig = (text: string, file: string | null): Loaded => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const name = file ?? 'configuration';
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file: name, line, column: col, message: `this is no YAML: ${error.message}` };
      }),
    };
  const places = createPlaces(document, lines, name);
  const warnings = setAsideInert(document, places);
  const parsed = rootKeys.safeParse(document.toJS() ?? {});
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => issueProblems(issue, places)) };
  const problems: ConfigProblem[] = [];
  const access = createAccessReader(file, (at, message) => problems.push(places(at, message)));
  const config = assemble(parsed.data, file, { problems, warnings, places, access });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config, warnings, files: access.files };
};
