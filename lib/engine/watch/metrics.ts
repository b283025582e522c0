import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { ProbeOutcome } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import type { ProbeCounters } from './probes.ts';

interface Standing {
  readonly probes: Readonly<ProbeCounters>;
  readonly nodes: number;
  readonly pending: { readonly events: number; readonly series: number; readonly dropped: number };
  readonly stallSeconds: number;
}

/** Our own metrics of thread `watch`. */
export const createWatchMetrics = () => {
  const registry = new Registry();
  const registers = [registry];
  const outcomes = new Counter({
    name: 'quorate_probes_total',
    help: 'Probes by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const rtts = new Histogram({
    name: 'quorate_probe_rtt_seconds',
    help: 'Round trips of probes.',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5],
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const skipped = gauge(
    'quorate_probes_skipped',
    'Probes not sent since the one before was still on its way.',
  );
  const late = gauge('quorate_probes_late', 'Probes begun more than 100 ms late.');
  const nodes = gauge('quorate_nodes', 'Nodes that are watched.');
  const pending = gauge('quorate_outbox_events', 'Events that wait for the store.');
  const dropped = gauge('quorate_outbox_dropped', 'Events and batches lost to the bound of the outbox.');
  const stalled = gauge(
    'quorate_monitor_stall_seconds',
    'Seconds this monitor did not run when it should have.',
  );
  const evaluated = gauge('quorate_detector_evaluations', 'Looks at nodes by the decision layer.');
  const self = {
    evaluations: 0,
    probe: (outcome: ProbeOutcome, rttMs: Ms | null): void => {
      outcomes.inc({ outcome });
      if (rttMs !== null) rtts.observe(rttMs / 1000);
    },
    text: (now: Standing): Promise<string> => {
      skipped.set(now.probes.skipped);
      late.set(now.probes.late);
      nodes.set(now.nodes);
      pending.set(now.pending.events);
      dropped.set(now.pending.dropped);
      stalled.set(now.stallSeconds);
      evaluated.set(self.evaluations);
      return registry.metrics();
    },
  };
  return self;
};
