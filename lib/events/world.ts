import type {
  ClusterId,
  Level,
  Membership,
  NodeFlag,
  NodeId,
  NodeState,
  Protocol,
  Role,
} from '#lib/model/node.ts';
import type { Term } from '#lib/model/term.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

/** Everything said of a node in words. Numbers (φ, round trips) are series, not words. */
export interface NodeWords {
  readonly id: NodeId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: NodeState;
  readonly flags: readonly NodeFlag[];
  readonly since: Ms;
  readonly certainty: { readonly kind: 'certain' | 'inferred'; readonly confidence: number };
  readonly incarnation: { readonly id: string | null; readonly startedAt: Ms | null };
}

export interface MemberWords {
  readonly node: NodeId;
  readonly membership: Membership;
  readonly role: Role;
  readonly nativeRole: string | null;
  readonly term: Term | null;
  readonly leader: NodeId | null;
  readonly agrees: boolean | null;
  readonly readError: string | null;
}

export interface ClaimWords {
  readonly node: NodeId;
  readonly term: Term | null;
  readonly valid: boolean;
  readonly why: Text;
}

export interface Range {
  readonly optimistic: number;
  readonly pessimistic: number;
}

export interface QuorumWords {
  readonly voters: number;
  readonly needs: number;
  readonly rule: 'majority' | 'weighted' | 'hierarchical' | 'flexible' | 'min-isr';
  readonly alive: Range;
  readonly margin: Range;
  readonly zones: readonly { readonly zone: string; readonly losesQuorum: boolean }[];
}

export interface LinkWords {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly by: 'member' | 'monitor';
}

/** Everything said of a cluster in words. */
export interface ClusterWords {
  readonly id: ClusterId;
  readonly name: string;
  readonly system: string;
  readonly protocol: Protocol;
  readonly level: Level;
  readonly sentence: Text;
  readonly why: Text | null;
  /** Since when the level holds. */
  readonly since: Ms;
  readonly leader: {
    readonly state: 'one' | 'none' | 'contested' | 'unknown';
    readonly node: NodeId | null;
    readonly term: Term | null;
    readonly since: Ms | null;
    readonly claims: readonly ClaimWords[];
  } | null;
  readonly quorum: QuorumWords | null;
  readonly members: readonly MemberWords[];
  /** Directed links that do not get through. */
  readonly cuts: readonly LinkWords[];
}

export interface MonitorWords {
  readonly degraded: boolean;
  readonly reasons: readonly Text[];
  readonly configError: Text | null;
}

export const ALERT_STATES = ['pending', 'firing', 'suppressed'] as const;

/** An alert that is not resolved. */
export interface AlertWords {
  /** `<rule id>/<fingerprint of the labels>`. */
  readonly id: string;
  readonly ruleId: string;
  /** The alert's name. */
  readonly rule: string;
  readonly state: (typeof ALERT_STATES)[number];
  readonly severity: 'critical' | 'warning' | 'info';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Since when its expression holds. */
  readonly since: Ms;
  readonly firedAt: Ms | null;
  /** The value when it last changed its state, and what it is held against, as in `> 3`. */
  readonly value: number | null;
  readonly limit: string | null;
  readonly forMs: Ms;
  /** The rule's expression as it was. */
  readonly expr?: string | undefined;
  /** Since when only `keep_firing_for` keeps it. */
  readonly keptSince?: Ms | null | undefined;
}

/** The state of the world in words at an instant: what the event log adds up to. */
export interface World {
  readonly nodes: ReadonlyMap<NodeId, NodeWords>;
  readonly clusters: ReadonlyMap<ClusterId, ClusterWords>;
  readonly alerts: ReadonlyMap<string, AlertWords>;
  readonly monitor: MonitorWords;
}

export const emptyWorld: World = {
  nodes: new Map(),
  clusters: new Map(),
  alerts: new Map(),
  monitor: { degraded: false, reasons: [], configError: null },
};

/** A world as JSON, for checkpoints. */
export interface WorldJson {
  readonly nodes: readonly NodeWords[];
  readonly clusters: readonly ClusterWords[];
  /** Absent in checkpoints from before there were alerts. */
  readonly alerts?: readonly AlertWords[];
  readonly monitor: MonitorWords;
}

export const worldToJson = (world: World): WorldJson => ({
  nodes: [...world.nodes.values()],
  clusters: [...world.clusters.values()],
  alerts: [...world.alerts.values()],
  monitor: world.monitor,
});

export const worldFromJson = (json: WorldJson): World => ({
  nodes: new Map(json.nodes.map((node) => [node.id, node])),
  clusters: new Map(json.clusters.map((cluster) => [cluster.id, cluster])),
  alerts: new Map((json.alerts ?? []).map((alert) => [alert.id, alert])),
  monitor: json.monitor,
});
