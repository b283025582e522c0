import type { NodeFlag, NodeState } from '#lib/model/node.ts';

/** What of a node decides how it looks. */
export interface LookedAt {
  readonly state: NodeState;
  readonly flags: readonly NodeFlag[];
  readonly fused: number | null;
  readonly downLimit: number | null;
}

/** Steps of suspicion: φ 0–1, 1–2, 2–3, suspect, down; and two that have no φ. Best first. */
export const PHI_LOOKS = ['phi-0', 'phi-1', 'phi-2', 'phi-3', 'phi-4', 'maintenance', 'unheard'] as const;
export const STATE_LOOKS = ['up', 'recovering', 'suspect', 'down', 'maintenance', 'unheard'] as const;
/** How a hexagon looks. */
export type Look = (typeof PHI_LOOKS)[number] | (typeof STATE_LOOKS)[number];

/** What colours mean: each node's φ, its state, or the worst φ of its place. */
export const COLOURINGS = ['phi', 'state', 'place'] as const;
export type Colouring = (typeof COLOURINGS)[number];

const PHI_STEPS = ['phi-0', 'phi-1', 'phi-2', 'phi-3'] as const;

/** The step of φ. What is judged suspect or down has the step of that word; what only φ suspects, while verdicts wait, is not down. */
const phiLook = ({ state, flags, fused }: LookedAt): Look => {
  if (flags.includes('maintenance')) return 'maintenance';
  if (state === 'unknown') return 'unheard';
  if (state === 'down') return 'phi-4';
  if (state === 'suspect') return 'phi-3';
  return PHI_STEPS[Math.max(0, Math.floor(fused ?? 0))] ?? 'phi-3';
};

const stateLook = ({ state, flags }: LookedAt): Look =>
  flags.includes('maintenance') ? 'maintenance' : state === 'unknown' ? 'unheard' : state;

export const lookOf = (node: LookedAt, colouring: Colouring): Look =>
  colouring === 'state' ? stateLook(node) : phiLook(node);

const SEVERITY: Readonly<Record<Look, number>> = {
  'phi-4': 6,
  down: 6,
  'phi-3': 5,
  suspect: 5,
  unheard: 4,
  'phi-2': 3,
  'phi-1': 2,
  recovering: 2,
  maintenance: 1,
  'phi-0': 0,
  up: 0,
};

/** The worst of some looks; of none, as if never heard. */
export const worstLook = (looks: Iterable<Look>): Look => {
  let worst: Look | null = null;
  for (const look of looks) if (worst === null || SEVERITY[look] > SEVERITY[worst]) worst = look;
  return worst ?? 'unheard';
};

export const countLooks = (looks: Iterable<Look>): ReadonlyMap<Look, number> => {
  const counts = new Map<Look, number>();
  for (const look of looks) counts.set(look, (counts.get(look) ?? 0) + 1);
  return counts;
};

/** Whether a node is what the reader must know of: down or suspect, and not announced to be. */
export const isAbnormal = ({ state, flags }: Pick<LookedAt, 'state' | 'flags'>): boolean =>
  (state === 'down' || state === 'suspect') && !flags.includes('maintenance');
