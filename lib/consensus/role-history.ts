import type { NodeId, Role } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

/** What one member said of itself over a span. */
export interface Told {
  readonly from: Ms;
  readonly to: Ms;
  readonly role: Role;
  readonly term: string | null;
  readonly leader: NodeId | null;
}

export interface MemberHistory {
  readonly node: NodeId;
  /** Oldest first, not overlapping; a gap is time in which nobody watched. */
  readonly told: readonly Told[];
}

export interface TermSpan {
  readonly from: Ms;
  readonly to: Ms;
  readonly term: string;
}

/** How many voters name the leader that most of them name, in the same term. */
export interface Agreement {
  readonly from: Ms;
  readonly to: Ms;
  readonly leader: NodeId | null;
  readonly count: number;
}

/** A term that nobody had stated before: somebody stood for election. */
export interface Election {
  readonly at: Ms;
  readonly node: NodeId;
  readonly term: string;
}

export interface ClaimSpan {
  readonly from: Ms;
  readonly to: Ms;
  readonly term: string | null;
  readonly backed: boolean;
}

/** Order of terms by their texts: numbers by value, `208.px-1` after `207.px-3`. */
const compareTermText = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

interface Slice {
  readonly from: Ms;
  readonly to: Ms;
  readonly said: ReadonlyMap<NodeId, Told>;
}

/** The times between any two changes, each with what every member said then. The map is reused: read it at once. */
function* slices(members: readonly MemberHistory[]): Generator<Slice> {
  const edges = members.flatMap(({ node, told }) =>
    told.flatMap((each) => [
      { at: each.from, node, begins: each },
      { at: each.to, node, begins: null },
    ]),
  );
  // At one instant ends come before beginnings, so that a beginning stands.
  edges.sort((a, b) => a.at - b.at || Number(a.begins !== null) - Number(b.begins !== null));
  const said = new Map<NodeId, Told>();
  let from: Ms | null = null;
  for (const { at, node, begins } of edges) {
    if (from !== null && at > from) yield { from, to: at, said };
    from = at;
    if (begins === null) said.delete(node);
    else said.set(node, begins);
  }
}

/** The key that most have; of several as frequent, the one that `prefer` puts last. */
const mostFrequent = (
  keys: Iterable<string>,
  prefer: (a: string, b: string) => number,
): { key: string; count: number } | null => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  let best: { key: string; count: number } | null = null;
  for (const [key, count] of counts)
    if (best === null || count > best.count || (count === best.count && prefer(key, best.key) > 0))
      best = { key, count };
  return best;
};

/** The term that most members state, from change to change; where nobody states one there is a gap. */
export const termSpans = (members: readonly MemberHistory[]): TermSpan[] => {
  const spans: TermSpan[] = [];
  for (const { from, to, said } of slices(members)) {
    const terms = [...said.values()].flatMap((told) => (told.term === null ? [] : [told.term]));
    const term = mostFrequent(terms, compareTermText)?.key;
    const last = spans.at(-1);
    if (term === undefined) continue;
    if (last?.term === term && last.to === from) spans[spans.length - 1] = { ...last, to };
    else spans.push({ from, to, term });
  }
  return spans;
};

/** How many of the voters name one leader in one term, from change to change. */
export const agreements = (members: readonly MemberHistory[], voters: ReadonlySet<NodeId>): Agreement[] => {
  const spans: Agreement[] = [];
  for (const { from, to, said } of slices(members)) {
    if (said.size === 0) continue;
    const named = [...said].flatMap(([node, { leader, term }]) =>
      leader !== null && voters.has(node) ? [`${leader}\u0000${term ?? ''}`] : [],
    );
    const best = mostFrequent(named, (a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const leader = best?.key.split('\u0000')[0] ?? null;
    const count = best?.count ?? 0;
    const last = spans.at(-1);
    if (last?.leader === leader && last.count === count && last.to === from)
      spans[spans.length - 1] = { ...last, to };
    else spans.push({ from, to, leader, count });
  }
  return spans;
};

/** Every term newer than all before it, at its first mention; the one that stood at the beginning is none. */
export const elections = (members: readonly MemberHistory[]): Election[] => {
  const told = members
    .flatMap((member) => member.told.map((each) => ({ ...each, node: member.node })))
    .toSorted((a, b) => a.from - b.from);
  const found: Election[] = [];
  const beginning = told[0]?.from;
  let newest: string | null = null;
  for (const { from, node, term } of told) {
    if (term === null || (newest !== null && compareTermText(term, newest) <= 0)) continue;
    if (newest !== null && from !== beginning) found.push({ at: from, node, term });
    newest = term;
  }
  return found;
};

/** The times in which a member claimed to lead, cut where a majority began or ceased to back it. */
export const claimSpans = (
  { node, told }: MemberHistory,
  agreed: readonly Agreement[],
  needs: number,
): ClaimSpan[] => {
  const backing = agreed.filter((each) => each.leader === node && each.count >= needs);
  const spans: ClaimSpan[] = [];
  const add = (span: ClaimSpan): void => {
    const last = spans.at(-1);
    if (span.to <= span.from) return;
    if (last !== undefined && last.to === span.from && last.backed === span.backed && last.term === span.term)
      spans[spans.length - 1] = { ...last, to: span.to };
    else spans.push(span);
  };
  let next = 0;
  for (const { from, to, role, term } of told) {
    if (role !== 'leader') continue;
    while ((backing[next]?.to ?? Infinity) <= from) next += 1;
    let at = from;
    for (let i = next; i < backing.length; i += 1) {
      const back = backing[i];
      if (back === undefined || back.from >= to) break;
      add({ from: at, to: Math.max(at, back.from), term, backed: false });
      add({ from: Math.max(at, back.from), to: Math.min(to, back.to), term, backed: true });
      at = Math.min(to, back.to);
    }
    add({ from: at, to, term, backed: false });
  }
  return spans;
};

/** A term that two members claimed to lead, which no protocol may allow (Ongaro and Ousterhout 2014, Election Safety). */
export const sharedTerm = (
  members: readonly MemberHistory[],
): { readonly term: string; readonly nodes: readonly NodeId[] } | null => {
  const claimants = new Map<string, Set<NodeId>>();
  for (const { node, told } of members)
    for (const { role, term } of told)
      if (role === 'leader' && term !== null)
        claimants.set(term, (claimants.get(term) ?? new Set()).add(node));
  for (const [term, nodes] of claimants) if (nodes.size > 1) return { term, nodes: [...nodes] };
  return null;
};

/** What a member said at an instant; null where nobody watched. */
export const toldAt = ({ told }: MemberHistory, at: Ms): Told | null => {
  let low = 0;
  let high = told.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((told[middle]?.to ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  const found = told[low];
  return found !== undefined && found.from <= at ? found : null;
};
