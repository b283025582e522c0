import type { Product } from './product.ts';

export interface FleetShape {
  readonly nodes: number;
  readonly perRack: number;
  readonly racksPerZone: number;
  readonly intervalMs?: number;
}

/** Nodes that push their heartbeats, in racks of zones. */
export interface PushedFleet {
  /** The ids of a rack's nodes, by its number from 1. */
  rack(number: number): readonly string[];
  silence(nodes: readonly string[]): void;
  /** They push again, and all others too. */
  wake(): void;
  stop(): Promise<void>;
}

const BATCH = 1000;
const two = (number: number): string => String(number).padStart(2, '0');

/** Begins to push. The product must have a heartbeats job that takes pushes. */
export const pushFleet = (
  product: Product,
  { nodes, perRack, racksPerZone, intervalMs = 1000 }: FleetShape,
): PushedFleet => {
  const all = Array.from({ length: nodes }, (_, i) => {
    const rack = Math.floor(i / perRack);
    return {
      node: `e-${two(rack + 1)}-${two((i % perRack) + 1)}`,
      rack: rack + 1,
      labels: {
        zone: String.fromCharCode(97 + Math.floor(rack / racksPerZone)),
        rack: `r${two(rack + 1)}`,
      },
    };
  });
  const silent = new Set<string>();
  let seq = 0;
  let sending: Promise<unknown> = Promise.resolve();
  const push = (): void => {
    seq += 1;
    const beats = all
      .filter(({ node }) => !silent.has(node))
      .map(({ node, labels }) => ({ node, seq, incarnation: 'one', labels }));
    const batches = Array.from({ length: Math.ceil(beats.length / BATCH) }, (_, i) =>
      fetch(`${product.url}/api/heartbeats`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(beats.slice(i * BATCH, (i + 1) * BATCH)),
      }).then((response) => response.arrayBuffer()),
    );
    sending = Promise.allSettled([sending, ...batches]);
  };
  push();
  const timer = setInterval(push, intervalMs);
  return {
    rack: (number) => all.filter(({ rack }) => rack === number).map(({ node }) => node),
    silence: (chosen) => chosen.forEach((node) => silent.add(node)),
    wake: () => silent.clear(),
    stop: async () => {
      clearInterval(timer);
      await sending;
    },
  };
};
