import { z } from 'zod';

import { ADAPTERS } from '#lib/consensus/adapters/registry.ts';

import { notifyKeys } from './notify-keys.ts';
import { duration, positive } from './schema-values.ts';

import { accessKeys } from './access.ts';

const SIZE = /^(\d+)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/;
const SIZES: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

const size = z.union([z.string(), z.number()]).transform((value, context) => {
  const parts = SIZE.exec(String(value));
  if (parts !== null) return Number(parts[1]) * (SIZES[(parts[2] ?? 'B').charAt(0)] ?? 1);
  context.addIssue({ code: 'custom', message: `is no size: ${String(value)}; write for example 64MB` });
  return z.NEVER;
});
/** What a label may be called here; Prometheus 3 takes any text. */
export const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const labels = z.record(
  z.string().regex(LABEL_NAME, 'a label name is letters, digits and _'),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);
const origin = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && url.origin === text;
  },
  { message: 'is no origin; write scheme, host and port only, for example https://grafana.example' },
);
const groups = z
  .array(z.strictObject({ targets: z.array(z.string().min(1)), labels: labels.default({}) }))
  .default([]);
const files = z
  .array(
    z.strictObject({ files: z.array(z.string().min(1)).min(1), refresh_interval: positive.default(300_000) }),
  )
  .default([]);
const httpPath = z.string().startsWith('/', 'a path begins with /');
const scheme = z.enum(['http', 'https']);
const clusterId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'a name is 1–63 of a–z 0–9 . _ - and begins with a letter or digit');

const scrapeKeys = z.strictObject({
  job_name: z.string().min(1),
  scrape_interval: positive.optional(),
  scrape_timeout: positive.optional(),
  scheme: scheme.default('http'),
  metrics_path: httpPath.default('/metrics'),
  params: z.record(z.string(), z.array(z.string())).default({}),
  honor_labels: z.boolean().default(false),
  enable_compression: z.boolean().default(true),
  fallback_scrape_protocol: z
    .enum([
      'PrometheusText0.0.4',
      'PrometheusText1.0.0',
      'OpenMetricsText0.0.1',
      'OpenMetricsText1.0.0',
      'PrometheusProto',
    ])
    .optional(),
  body_size_limit: size.default(0),
  sample_limit: z.int().min(0).default(0),
  label_limit: z.int().min(0).default(0),
  label_name_length_limit: z.int().min(0).default(0),
  label_value_length_limit: z.int().min(0).default(0),
  static_configs: groups,
  file_sd_configs: files,
  ...accessKeys,
});

const address = z.string().min(1);
const clusterKeys = z.strictObject({
  name: clusterId,
  system: z.enum(['auto', ...ADAPTERS.map((adapter) => adapter.id)]).default('auto'),
  scheme: scheme.default('http'),
  election_timeout: positive.optional(),
  seeds: z.array(address).min(1, 'name at least one seed').optional(),
  ...accessKeys,
  members: z
    .array(
      z.strictObject({
        node: z.string().min(1).optional(),
        address,
        zone: z.string().optional(),
        host: z.string().optional(),
      }),
    )
    .min(1, 'name at least one member')
    .optional(),
});

const heartbeatKeys = z.strictObject({
  name: clusterId,
  interval: positive.default(1000),
  timeout: positive.optional(),
  pull: z
    .strictObject({
      scheme: scheme.default('http'),
      path: httpPath.default('/'),
      status: z.array(z.int().min(100).max(599)).min(1).default([200]),
    })
    .optional(),
  tcp: z.strictObject({}).nullable().optional(),
  push: z.strictObject({ interval: positive.default(30_000), closed: z.boolean().default(false) }).optional(),
  static_configs: groups,
  file_sd_configs: files,
});

export const globalKeys = z.strictObject({
  scrape_interval: positive.default(60_000),
  scrape_timeout: positive.default(10_000),
  evaluation_interval: positive.default(60_000),
  external_labels: labels.default({}),
});

export const detectionKeys = z.strictObject({
  budget: z.number().positive().default(1),
  suspect_at: z.number().positive().default(3),
  max_silence: positive.default(30_000),
  tolerate: duration.default(0),
  preset: z.enum(['q-phi', 'phi-normal']).default('q-phi'),
});

export const rootKeys = z.strictObject({
  global: globalKeys.nullish(),
  scrape_configs: z.array(scrapeKeys).nullish(),
  clusters: z.array(clusterKeys).nullish(),
  heartbeats: z.array(heartbeatKeys).nullish(),
  detection: detectionKeys.nullish(),
  storage: z
    .strictObject({
      path: z.string().min(1).optional(),
      retention: z.strictObject({ time: positive.optional() }).optional(),
    })
    .nullish(),
  embed: z.strictObject({ allowed_origins: z.array(origin).default([]) }).nullish(),
  rule_files: z.array(z.string().min(1)).nullish(),
  notify: notifyKeys.nullish(),
  self: z
    .strictObject({ external_url: z.url().optional(), name: z.string().min(1).max(63).optional() })
    .nullish(),
});

/**
 * Keys of Prometheus that a configuration may carry and that have no effect yet: one warning each. By place; `*` stands
 * for any index. Prometheus documentation, "Configuration".
 */
export const INERT: Readonly<Record<string, readonly string[]>> = {
  '': ['scrape_config_files', 'alerting', 'remote_write', 'remote_read', 'tracing', 'otlp', 'runtime'],
  global: [
    'query_log_file',
    'scrape_failure_log_file',
    'rule_query_offset',
    'body_size_limit',
    'sample_limit',
    'label_limit',
    'label_name_length_limit',
    'label_value_length_limit',
    'target_limit',
    'keep_dropped_targets',
    'scrape_protocols',
    'metric_name_validation_scheme',
    'metric_name_escaping_scheme',
    'scrape_native_histograms',
    'convert_classic_histograms_to_nhcb',
    'always_scrape_classic_histograms',
    'extra_scrape_metrics',
  ],
  storage: ['tsdb', 'exemplars'],
  'scrape_configs.*': [
    'scrape_protocols',
    'honor_timestamps',
    'track_timestamps_staleness',
    'oauth2',
    'follow_redirects',
    'enable_http2',
    'proxy_url',
    'no_proxy',
    'proxy_from_environment',
    'proxy_connect_header',
    'http_headers',
    'relabel_configs',
    'metric_relabel_configs',
    'target_limit',
    'keep_dropped_targets',
    'scrape_failure_log_file',
    'metric_name_validation_scheme',
    'metric_name_escaping_scheme',
    'scrape_native_histograms',
    'native_histogram_bucket_limit',
    'native_histogram_min_bucket_factor',
    'convert_classic_histograms_to_nhcb',
    'always_scrape_classic_histograms',
    'extra_scrape_metrics',
    'scrape_fallback_protocol',
    'azure_sd_configs',
    'consul_sd_configs',
    'digitalocean_sd_configs',
    'docker_sd_configs',
    'dockerswarm_sd_configs',
    'dns_sd_configs',
    'ec2_sd_configs',
    'eureka_sd_configs',
    'gce_sd_configs',
    'hetzner_sd_configs',
    'http_sd_configs',
    'ionos_sd_configs',
    'kubernetes_sd_configs',
    'kuma_sd_configs',
    'lightsail_sd_configs',
    'linode_sd_configs',
    'marathon_sd_configs',
    'nerve_sd_configs',
    'nomad_sd_configs',
    'openstack_sd_configs',
    'ovhcloud_sd_configs',
    'puppetdb_sd_configs',
    'scaleway_sd_configs',
    'serverset_sd_configs',
    'stackit_sd_configs',
    'triton_sd_configs',
    'uyuni_sd_configs',
    'vultr_sd_configs',
  ],
};
