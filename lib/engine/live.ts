import type { Headings } from '#lib/consensus/headings.ts';
import type { MemberIndexes, PeerSight } from '#lib/consensus/view.ts';
import type { ClusterWords, MonitorWords, NodeWords } from '#lib/events/world.ts';
import type { ClusterId, Membership, NodeId, ProbeOutcome, Role } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

/** The shapes in which `watch` tells other threads of its state: words by the reducer, numbers beside them. */

/** What is said of a node, and what rules, panels and replay read of it. */
export interface JudgedNode {
  readonly words: NodeWords;
  readonly clusters: readonly {
    readonly id: ClusterId;
    readonly membership: Membership;
    readonly role: Role;
  }[];
  /** Suspicion level after all evidence; null: never heard from. */
  readonly fused: number | null;
  readonly downLimit: number | null;
}

/** From this suspicion level on the silence of a node is worth telling. */
export const SILENCE_STANDS_OUT_PHI = 1;

export interface LiveNode extends JudgedNode {
  /** When it was last heard, while its silence stands out (φ ≥ 1); null otherwise. */
  readonly silentSince: Ms | null;
}

export interface LiveCluster {
  readonly words: ClusterWords;
  readonly observedAt: Ms | null;
  readonly commit: {
    readonly index: string | null;
    readonly advancing: boolean | null;
    readonly advancedAt: Ms | null;
  } | null;
  readonly headings: Headings | null;
  readonly members: readonly MemberIndexes[];
  readonly peers: readonly PeerSight[];
  readonly strongest: {
    readonly node: NodeId;
    readonly fused: number;
    readonly downLimit: number;
    /** φ in 60 steps of 5 s, oldest first; null where nothing was measured. */
    readonly spark: readonly (number | null)[];
  } | null;
}

/** What changed since a version; `version` 0 asks for everything. */
export interface LiveChanges {
  readonly at: Ms;
  readonly version: number;
  readonly nodes: readonly LiveNode[];
  readonly goneNodes: readonly NodeId[];
  readonly clusters: readonly LiveCluster[];
  readonly goneClusters: readonly ClusterId[];
  readonly monitor: MonitorWords & { readonly name: string; readonly stallSeconds: number };
}

export interface ProbeRecord {
  readonly at: Ms;
  readonly outcome: ProbeOutcome;
  readonly rttMs: number | null;
  readonly error: string | null;
}

/** What the node page shows beside the words. */
export interface NodeDetail {
  readonly at: Ms;
  readonly phi: number | null;
  readonly suspectLimit: number;
  readonly downLimit: number;
  readonly silentMs: number | null;
  readonly timeToSuspectMs: number | null;
  readonly timeToDownMs: number | null;
  readonly downBy: 'phi' | 'max-silence';
  readonly maxSilenceMs: number;
  readonly detector: string;
  readonly explain: Text;
  readonly limitedBy: Text | null;
  readonly recent: readonly ProbeRecord[];
  readonly phiHistory: readonly { readonly at: Ms; readonly phi: number | null }[];
  readonly samples: number;
  readonly meanMs: number | null;
  readonly stdDevMs: number | null;
  readonly poolSamples: number;
  readonly histogram: readonly { readonly leMs: number; readonly count: number }[];
  readonly tail: readonly { readonly silentMs: number; readonly phi: number }[];
}

/** A heartbeat probe or push source, for Settings ▸ targets. */
export interface HeartbeatTarget {
  readonly node: NodeId;
  readonly job: string;
  readonly kind: 'http' | 'tcp' | 'push' | 'status';
  readonly url: string;
  readonly intervalMs: Ms;
  readonly last: ProbeRecord | null;
}
