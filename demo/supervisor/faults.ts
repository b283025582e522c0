import type { FaultCommand } from '#lib/engine/slot.ts';

export type Fault = FaultCommand & { readonly id: string; readonly at: number };

export interface Cut {
  readonly peer: string;
  /** Messages from the member to the peer are lost. */
  readonly to: boolean;
  readonly from: boolean;
}

export const FAULT_KINDS = ['kill', 'stop', 'continue', 'restart', 'partition'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The monitor takes part in no group, but its link to a node can be cut like any other. */
export const MONITOR = 'monitor';

/**
 * What one node must cut so that every partition holds, each written at both ends of its link.
 * @param othersOf the nodes a node is cut from when a partition names no peer
 */
export const cutsOf = (
  node: string,
  faults: readonly Fault[],
  othersOf: (node: string) => readonly string[],
): Cut[] => {
  const cuts = new Map<string, Cut>();
  const cut = (peer: string, to: boolean, from: boolean): void => {
    const known = cuts.get(peer);
    cuts.set(peer, { peer, to: to || known?.to === true, from: from || known?.from === true });
  };
  for (const fault of faults) {
    if (fault.kind !== 'partition') continue;
    const to = fault.direction !== 'from';
    const from = fault.direction !== 'to';
    const peers = fault.peer === undefined ? othersOf(fault.node) : [fault.peer];
    if (fault.node === node) for (const peer of peers) cut(peer, to, from);
    else if (peers.includes(node)) cut(fault.node, from, to);
  }
  return [...cuts.values()];
};
