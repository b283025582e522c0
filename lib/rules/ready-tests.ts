/** Unit tests of the ready rules by the rule that each is about, as items of a test file; each holds with its rule alone. */
const TESTS: Readonly<Record<string, string>> = {
  NodeDown: `
  - name: a node goes down and comes back
    interval: 5s
    input_series:
      - series: quorate_node_state{node="kv-1", zone="a", state="down"}
        values: 0x4 1x2 0x4
      - series: quorate_node_state{node="kv-2", state="down"}
        values: 0x12
    alert_rule_test:
      - { alertname: NodeDown, eval_time: 20s, exp_alerts: [] }
      - alertname: NodeDown
        eval_time: 30s
        exp_alerts:
          - exp_labels: { node: kv-1, zone: a, state: down, severity: critical }
            exp_annotations:
              summary: kv-1 is down.
              description: kv-1 in zone a counts as down. Its page says what proves it.
      - { alertname: NodeDown, eval_time: 45s, exp_alerts: [] }
    promql_expr_test:
      - expr: ALERTS{alertstate="firing"}
        eval_time: 35s
        exp_samples:
          - labels: ALERTS{alertname="NodeDown", alertstate="firing", node="kv-1", severity="critical", state="down", zone="a"}
            value: 1
`,
  NodeSuspect: `
  - name: a silence shorter than 10 s tells nobody, a longer one does
    interval: 5s
    input_series:
      - series: quorate_node_state{node="kv-1", zone="a", state="suspect"}
        values: 0 1 0 1x2 0x4
    alert_rule_test:
      - { alertname: NodeSuspect, eval_time: 5s, exp_alerts: [] }
      - { alertname: NodeSuspect, eval_time: 20s, exp_alerts: [] }
      - alertname: NodeSuspect
        eval_time: 25s
        exp_alerts:
          - exp_labels: { node: kv-1, zone: a, state: suspect, severity: warning }
            exp_annotations:
              summary: kv-1 is suspect.
              description: "kv-1 in zone a has been suspect for 10 s: it is silent for longer than its heartbeats explain."
      - { alertname: NodeSuspect, eval_time: 30s, exp_alerts: [] }
`,
  QuorumAtRisk: `
  - name: a cluster without margin for 15 s may survive no further failure
    interval: 5s
    input_series:
      - series: quorate_cluster_quorum_margin{cluster="kv", view="pessimistic"}
        values: 1x2 0x4 1x4
    alert_rule_test:
      - { alertname: QuorumAtRisk, eval_time: 25s, exp_alerts: [] }
      - alertname: QuorumAtRisk
        eval_time: 30s
        exp_alerts:
          - exp_labels: { cluster: kv, view: pessimistic, severity: warning }
            exp_annotations:
              summary: kv may survive no further failure.
              description: With every suspect counted as lost, kv has a quorum margin of 0. Bring a voter back before another one goes.
      - { alertname: QuorumAtRisk, eval_time: 40s, exp_alerts: [] }
`,
  QuorumLost: `
  - name: a margin of none is a quorum still, one less is none
    interval: 5s
    input_series:
      - series: quorate_cluster_quorum_margin{cluster="kv", view="optimistic"}
        values: 1x2 0x4 -1x4
    alert_rule_test:
      - { alertname: QuorumLost, eval_time: 35s, exp_alerts: [] }
      - alertname: QuorumLost
        eval_time: 40s
        exp_alerts:
          - exp_labels: { cluster: kv, view: optimistic, severity: critical }
            exp_annotations:
              summary: kv lost quorum.
              description: Even with every suspect counted as alive, kv has a quorum margin of -1. It cannot agree on anything until voters return.
`,
  NoLeader: `
  - name: an election shorter than 5 s tells nobody, a longer one does
    interval: 5s
    input_series:
      - series: quorate_cluster_has_leader{cluster="kv"}
        values: 1 0 1x3 0x3
    alert_rule_test:
      - { alertname: NoLeader, eval_time: 5s, exp_alerts: [] }
      - { alertname: NoLeader, eval_time: 10s, exp_alerts: [] }
      - alertname: NoLeader
        eval_time: 35s
        exp_alerts:
          - exp_labels: { cluster: kv, severity: critical }
            exp_annotations:
              summary: kv has no leader.
              description: No majority of kv has named a leader for 5 s. An election is under way, or none can succeed.
`,
  LeaderContested: `
  - name: claims that contradict each other for 5 s
    interval: 5s
    input_series:
      - series: quorate_cluster_contested{cluster="kv"}
        values: 0x4 1x3
    alert_rule_test:
      - { alertname: LeaderContested, eval_time: 25s, exp_alerts: [] }
      - alertname: LeaderContested
        eval_time: 30s
        exp_alerts:
          - exp_labels: { cluster: kv, severity: critical }
            exp_annotations:
              summary: More than one member claims to lead kv.
              description: Claims to lead kv have contradicted each other for 5 s. Its page says which claim has a majority.
`,
  LeaderChurn: `
  - name: one change of leader is none too many, five in a few minutes are
    interval: 7s
    input_series:
      - series: quorate_cluster_leader_changes_total{cluster="calm"}
        values: 0x40 1x60
      - series: quorate_cluster_leader_changes_total{cluster="kv"}
        values: 0x10 1x5 2x5 3x5 4x5 5x70
    alert_rule_test:
      - { alertname: LeaderChurn, eval_time: 150s, exp_alerts: [] }
      - alertname: LeaderChurn
        eval_time: 9m
        exp_alerts:
          - exp_labels: { cluster: kv, severity: warning }
            exp_annotations:
              summary: kv keeps changing its leader.
              description: The leader of kv changed about 5 times in 10 minutes. Look for slow disks, long pauses or a lossy network.
`,
  ScrapeFailing: `
  - name: a target must fail for a minute
    interval: 15s
    input_series:
      - series: up{job="node", instance="127.0.0.1:9100"}
        values: 1x2 0x6 1x2
    alert_rule_test:
      - { alertname: ScrapeFailing, eval_time: 100s, exp_alerts: [] }
      - alertname: ScrapeFailing
        eval_time: 105s
        exp_alerts:
          - exp_labels: { job: node, instance: "127.0.0.1:9100", severity: warning }
            exp_annotations:
              summary: Scraping 127.0.0.1:9100 fails.
              description: Target 127.0.0.1:9100 of job node has given no metrics for a minute. What is drawn of it ends there.
      - { alertname: ScrapeFailing, eval_time: 150s, exp_alerts: [] }
`,
  MonitorDegraded: `
  - name: a monitor that stood still says so itself
    interval: 7s
    input_series:
      - series: quorate_monitor_stall_seconds_total{thread="data"}
        values: 0x20 5x20
      - series: quorate_monitor_stall_seconds_total{thread="watch"}
        values: 0x10 0.5x30
    alert_rule_test:
      - { alertname: MonitorDegraded, eval_time: 2m, exp_alerts: [] }
      - alertname: MonitorDegraded
        eval_time: 270s
        exp_alerts:
          - exp_labels: { thread: data, severity: warning }
            exp_annotations:
              summary: This monitor stalls.
              description: This monitor stood still for 5.075s in 5 minutes, thread data. Its verdicts wait longer, nodes are not blamed.
`,
};

/** The unit tests of ready rules as a file of Prometheus's format, over the rules of `ready.rules.yml`. */
export const readyTests = (rules: readonly string[]): string =>
  `rule_files: [ready.rules.yml]\nevaluation_interval: 5s\n\ntests:${rules.map((name) => TESTS[name] ?? '').join('')}`;
