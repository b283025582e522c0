import type { Labels } from '#lib/model/labels.ts';

import { readyTests } from './ready-tests.ts';
import type { Rule, RuleGroup } from './rule.ts';

const GROUP = 'quorate';

interface Ready {
  readonly name: string;
  readonly expr: string;
  readonly forMs?: number;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

/** The rules that stand from the first start on. */
const READY: readonly Ready[] = [
  {
    name: 'NodeDown',
    expr: 'quorate_node_state{state="down"} == 1',
    severity: 'critical',
    summary: '{{ $labels.node }} is down.',
    description:
      '{{ $labels.node }}{{ with $labels.zone }} in zone {{ . }}{{ end }} counts as down. Its page says what proves it.',
  },
  {
    name: 'NodeSuspect',
    expr: 'quorate_node_state{state="suspect"} == 1',
    forMs: 10_000,
    severity: 'warning',
    summary: '{{ $labels.node }} is suspect.',
    description:
      '{{ $labels.node }}{{ with $labels.zone }} in zone {{ . }}{{ end }} has been suspect for 10 s: it is silent for longer than its heartbeats explain.',
  },
  {
    name: 'QuorumAtRisk',
    expr: 'quorate_cluster_quorum_margin{view="pessimistic"} <= 0',
    forMs: 15_000,
    severity: 'warning',
    summary: '{{ $labels.cluster }} may survive no further failure.',
    description:
      'With every suspect counted as lost, {{ $labels.cluster }} has a quorum margin of {{ $value }}. Bring a voter back before another one goes.',
  },
  {
    name: 'QuorumLost',
    expr: 'quorate_cluster_quorum_margin{view="optimistic"} < 0',
    severity: 'critical',
    summary: '{{ $labels.cluster }} lost quorum.',
    description:
      'Even with every suspect counted as alive, {{ $labels.cluster }} has a quorum margin of {{ $value }}. It cannot agree on anything until voters return.',
  },
  {
    name: 'NoLeader',
    expr: 'quorate_cluster_has_leader == 0',
    forMs: 5000,
    severity: 'critical',
    summary: '{{ $labels.cluster }} has no leader.',
    description:
      'No majority of {{ $labels.cluster }} has named a leader for 5 s. An election is under way, or none can succeed.',
  },
  {
    name: 'LeaderContested',
    expr: 'quorate_cluster_contested == 1',
    forMs: 5000,
    severity: 'critical',
    summary: 'More than one member claims to lead {{ $labels.cluster }}.',
    description:
      'Claims to lead {{ $labels.cluster }} have contradicted each other for 5 s. Its page says which claim has a majority.',
  },
  {
    name: 'LeaderChurn',
    expr: 'increase(quorate_cluster_leader_changes_total[10m]) > 3',
    severity: 'warning',
    summary: '{{ $labels.cluster }} keeps changing its leader.',
    description:
      'The leader of {{ $labels.cluster }} changed about {{ printf "%.0f" $value }} times in 10 minutes. Look for slow disks, long pauses or a lossy network.',
  },
  {
    name: 'ScrapeFailing',
    expr: 'up == 0',
    forMs: 60_000,
    severity: 'warning',
    summary: 'Scraping {{ $labels.instance }} fails.',
    description:
      'Target {{ $labels.instance }} of job {{ $labels.job }} has given no metrics for a minute. What is drawn of it ends there.',
  },
  {
    name: 'MonitorDegraded',
    expr: 'increase(quorate_monitor_stall_seconds_total[5m]) > 2',
    severity: 'warning',
    summary: 'This monitor stalls.',
    description:
      'This monitor stood still for {{ humanizeDuration $value }} in 5 minutes{{ with $labels.thread }}, thread {{ . }}{{ end }}. Its verdicts wait longer, nodes are not blamed.',
  },
];

const place = { source: 'ready', file: null, group: GROUP, version: 1, enabled: true } as const;

const toRule = ({ name, expr, forMs = 0, severity, summary, description }: Ready): Rule => {
  const labels: Labels = { severity };
  const annotations: Labels = { summary, description };
  const id = `ready-${name}`;
  const tests = readyTests([name]);
  return { ...place, id, kind: 'alert', name, expr, forMs, keepFiringForMs: 0, labels, annotations, tests };
};

/** The ready rules over the series that this monitor makes itself. */
export const readyRules: RuleGroup = {
  name: GROUP,
  source: 'ready',
  file: null,
  intervalMs: 5000,
  limit: 0,
  queryOffsetMs: 0,
  labels: {},
  rules: READY.map(toRule),
};
